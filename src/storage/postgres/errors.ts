import { QueryFailedError } from 'typeorm';
import { DatabaseError } from '../store.ts';
import { oneLine } from '../text.ts';

/** What an error of the driver's or the server's says. */
interface Fault {
  /** SQLSTATE of the server's, or Node's code. https://www.postgresql.org/docs/current/errcodes-appendix.html */
  code: string;
  message: string;
}

/** Node's codes for a server that was not reached or no longer answers, and the driver's words where it gives none. */
const UNREACHABLE_CODE = /^E(CONN|TIMEDOUT|HOST|NET|NOTFOUND|AI_AGAIN|PIPE|NOENT|ACCES|ADDR)/;
const UNREACHABLE_WORDS =
  /^(Connection terminated|timeout e|Client has encountered|Client was closed|Socket closed)/i;

/** Of the driver's errors, those that have neither the server's fields nor the system's. */
const DRIVERS_WORDS = new RegExp(`${UNREACHABLE_WORDS.source}|^SASL:`, 'i');

/** Classes of SQLSTATE that pass by themselves: connection, rollback, resources, intervention, system error; and locks. */
const PASSING = /^(08|40|53|57|58|55P03)/;

/** What the server says of it is not enough to know what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  '3D000': 'make it first, with CREATE DATABASE or createdb',
  '42501':
    'pinger makes its own tables at the first start, for which its user needs the rights CREATE and USAGE on the schema; later all of its users need them to own these tables, or be members of the role that does',
  '28P01': 'a password is given in the URL, in PGPASSWORD or in ~/.pgpass',
};

/** Whether an error is the driver's: TypeORM passes those on as they are that keep a connection from being made. */
export function isDriverError(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDriverError);
  if (!(error instanceof Error)) return false;
  return 'severity' in error || 'syscall' in error || DRIVERS_WORDS.test(error.message);
}

/** Any error as a DatabaseError. While a monitor runs, everything may come back: a table, rights, a password. */
export function databaseError(error: unknown, name: string, starting: boolean): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const cause = error instanceof QueryFailedError ? error.driverError : error;
  const { code, message } = faultOf(cause);
  const unreachable = UNREACHABLE_CODE.test(code) || UNREACHABLE_WORDS.test(message);
  const transient = !starting || unreachable || PASSING.test(code);
  const because = (text: string) => new DatabaseError(`database ${name}: ${text}`, transient, { cause });
  if (unreachable) return because(`the server cannot be reached (${message})`);
  if (code === '55P03') return because('locked by another process');
  if (/^SASL: .*password must be a string/.test(message))
    return because(`the server asks for a password; ${ADVICE['28P01']}`);
  const advice = starting ? ADVICE[code] : undefined;
  return because(advice === undefined ? message : `${message}; ${advice}`);
}

/** A host with several addresses fails with an error for each. */
function faultOf(error: unknown): Fault {
  if (error instanceof AggregateError && error.errors.length > 0) {
    const faults = error.errors.map(faultOf);
    return {
      code: faults[0]?.code ?? '',
      message: [...new Set(faults.map(({ message }) => message))].join('; '),
    };
  }
  const { code } = error as { code?: unknown };
  return {
    code: typeof code === 'string' ? code : '',
    message: oneLine(error instanceof Error ? error.message : String(error)),
  };
}
