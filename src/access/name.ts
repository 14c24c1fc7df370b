/** Names of users and tokens are shown in logs and lists, and typed. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$/u;

/** Why a user or a token cannot be called so; undefined where it can. */
export const problemOfName = (name: string): string | undefined =>
  NAME.test(name)
    ? undefined
    : 'expected a name of at most 64 letters, digits and . _ @ + -, the first a letter or a digit';
