export { AlertRunner, type AlertRunnerOptions } from './alerts/alert-runner.ts';
export type { AlertDatabase } from './alerts/alert-store.ts';
export type { Channel } from './alerts/channel.ts';
export type { AlertBody, AlertEventBody, AlertMessage } from './alerts/message.ts';
export type { Send } from './alerts/send/send.ts';
export type { Counters } from './counters.ts';
export { Destination } from './entities/destination.ts';
export { DOUBTS, type Doubt } from './entities/doubt.ts';
export { OUTCOMES, type Outcome } from './entities/outcome.ts';
export { Protocol } from './entities/protocol.ts';
export { Result } from './entities/result.ts';
export { Source } from './entities/source.ts';
export { DEFAULT_KEEP, type Keep } from './history/keep.ts';
export { readSeries, type Series, type SeriesPoint, type SeriesQuery } from './history/series.ts';
export { HttpServer, type HttpServerOptions } from './http/http-server.ts';
export { DEFAULT_LISTEN, type ListenAddress, parseListen } from './http/listen-address.ts';
export type { TransportName } from './io/choose-transport.ts';
export type { Clock, ClockTimer } from './io/clock.ts';
export { type NameResolver, type Resolution, ResolveError } from './io/resolver.ts';
export * from './io/transport.ts';
export type { Logger } from './logger.ts';
export type { DestinationStatus } from './machines/destination-status.ts';
export type { Packet } from './network/packet.ts';
export {
  createPinger,
  Pinger,
  type PingerEvents,
  type PingerOptions,
  type PingerState,
  type Started,
} from './pinger.ts';
export type { HappeningGiven } from './scenario/event.ts';
export { ScenarioError } from './scenario/problems.ts';
export type { ScenarioGiven } from './scenario/schema.ts';
export type { DestinationReport, SimulationReport } from './simulation/report.ts';
export { type SimulateOptions, simulate } from './simulation/simulate.ts';
export type { PacketObserver } from './simulation/simulated-transport.ts';
export { Simulation, type SimulationEvents } from './simulation/simulation.ts';
export type { Statistics } from './statistics/statistics.ts';
export type { Drop, Spill } from './storage/spill.ts';
export type { SpillSettings } from './storage/spill-settings.ts';
export { DatabaseError, type NewDestination, type NewResult, type Store } from './storage/store.ts';
export { createLogger, type LoggerOptions } from './winston-logger.ts';
