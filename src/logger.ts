/** Where events of note are told: the event as `noun.verb`, and its facts. A winston logger fits through `winstonLogger`. */
export interface Logger {
  error(event: string, facts?: Record<string, unknown>): void;
  warn(event: string, facts?: Record<string, unknown>): void;
  info(event: string, facts?: Record<string, unknown>): void;
  debug(event: string, facts?: Record<string, unknown>): void;
}

/** Tells nobody. */
export const SILENT: Logger = { error() {}, warn() {}, info() {}, debug() {} };
