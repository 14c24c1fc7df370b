import { execFileSync } from 'node:child_process';

/** Tests of the command line run what is built; it has to be what is written. */
export const setup = (): void => {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
};
