/** A network interface that cannot be made, set up or used, said in one line. `code`: an errno name, or ours. */
export class InterfaceError extends Error {
  override readonly name = 'InterfaceError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
