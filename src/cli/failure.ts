import { InputError } from '../input/input-error.ts';

/** Ends a command with one line on standard error and an exit code: 1 failed, 2 wrong usage. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

/** Does what throws InputError where the arguments cannot be what they say. Throws CommandFailure (usage) in its place. */
export function asUsage<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError ? new CommandFailure(error.message, 2) : error;
  }
}
