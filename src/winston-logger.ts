import winston from 'winston';
import type { Logger } from './logger.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export const LOG_LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

export interface LoggerOptions {
  level: LogLevel;
  /** One JSON object a line instead of text for people. */
  json: boolean;
}

/** Logs one line an event to standard error, which leaves standard output to results. */
export function createLogger({ level, json }: LoggerOptions): Logger {
  const { combine, timestamp, printf } = winston.format;
  const forPeople = printf(({ timestamp: time, level: severity, message, ...facts }) => {
    const told = Object.entries(facts).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return [time, severity.padEnd(5), message, ...told].join(' ');
  });
  const logger = winston.createLogger({
    level,
    format: combine(timestamp(), json ? winston.format.json() : forPeople),
    transports: [new winston.transports.Console({ stderrLevels: [...LOG_LEVELS] })],
  });
  return {
    error: (event, facts) => void logger.error(event, facts),
    warn: (event, facts) => void logger.warn(event, facts),
    info: (event, facts) => void logger.info(event, facts),
    debug: (event, facts) => void logger.debug(event, facts),
  };
}
