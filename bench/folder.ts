import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own, which goes with the process at the latest. */
export class TemporaryFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'pinger-bench-'));
  readonly #atExit = () => this.remove();

  constructor() {
    process.once('exit', this.#atExit);
  }

  remove(): void {
    process.off('exit', this.#atExit);
    rmSync(this.path, { recursive: true, force: true });
  }
}
