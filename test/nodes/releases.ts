/** npm's package of Node's binary and headers; nodejs.org itself may be out of reach where tests run. */
export const PACKAGE = `node-linux-${process.arch}`;

/** A whole version, or the first one or two numbers of one. */
export const isAskable = (asked: string): boolean => /^\d+(\.\d+){0,2}$/.test(asked);

/** The newest of `releases` that `asked` names. */
export function newest(asked: string, releases: readonly string[]): string | undefined {
  return releases
    .filter((release) => /^[\d.]+$/.test(release) && `${release}.`.startsWith(`${asked}.`))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .at(0);
}
