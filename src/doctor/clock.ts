import { existsSync } from 'node:fs';
import type { Libc } from '../io/libc.ts';
import type { Finding } from './finding.ts';

// struct timex of 64 bits, <sys/timex.h>: https://man7.org/linux/man-pages/man2/adjtimex.2.html
const TIMEX = 208;
const MAXERROR = 24;
const STATUS = 40;

const TIME_ERROR = 5;
const STA_UNSYNC = 0x40;

/** What systemd-timesyncd touches when it has set the clock. */
const TIMESYNC = '/run/systemd/timesync/synchronized';

/** Larger than what NTP leaves on any network, ms. */
const LARGE = 1000;

const ADVICE = 'have the clock synchronised: sudo timedatectl set-ntp true, or install chrony';

/** Whether somebody keeps the wall clock right. Round-trip times do not depend on it, `rtime` does. */
export function clockFinding(libc: Pick<Libc, 'adjtimex'> | undefined): Finding {
  const check = 'clock';
  const timex = Buffer.alloc(TIMEX);
  const state = libc?.adjtimex(timex) ?? -1;
  if (state < 0) {
    if (existsSync(TIMESYNC)) return { check, status: 'ok', message: 'synchronised by systemd-timesyncd' };
    return {
      check,
      status: 'warn',
      message: 'this host does not tell whether it is synchronised',
      advice: ADVICE,
    };
  }
  const error = Number(timex.readBigInt64LE(MAXERROR)) / 1000;
  if (state === TIME_ERROR || timex.readInt32LE(STATUS) & STA_UNSYNC)
    return {
      check,
      status: 'warn',
      message: 'not synchronised: rtime may be wrong, round-trip times are right all the same',
      advice: ADVICE,
    };
  const message = `synchronised, at most ${error < 10 ? error.toFixed(1) : Math.round(error)} ms wrong`;
  return error > LARGE
    ? { check, status: 'warn', message, advice: ADVICE }
    : { check, status: 'ok', message };
}
