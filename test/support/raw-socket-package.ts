import { createRequire } from 'node:module';

/** Whether the package raw-socket is there: the install goes on without it where it does not compile. */
export function hasRawSocketPackage(): boolean {
  try {
    createRequire(import.meta.url)('raw-socket');
    return true;
  } catch {
    return false;
  }
}
