/** What somebody has asked for cannot be done: one line that says what is wrong, and what would be right. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
