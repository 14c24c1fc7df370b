import type { Counters } from '../counters.ts';
import type { Family } from './family.ts';

const counter = (name: string, unit: string, help: string): Family => ({ name, kind: 'counter', unit, help });
const gauge = (name: string, unit: string, help: string): Family => ({ name, kind: 'gauge', unit, help });
const summary = (name: string, help: string): Family => ({ name, kind: 'summary', unit: 's', help });
const info = (name: string, help: string): Family => ({ name, kind: 'info', unit: '', help });

/** Of each destination. What is counted counts from when the monitor started, or the destination came. */
export const DESTINATION = {
  info: info('pinger.destination', 'What a row of the table of destinations says.'),
  results: counter('pinger.results', '{result}', 'Results by outcome, as they are in the table of results.'),
  sent: counter('pinger.probes.sent', '{probe}', 'Probes that left and whose end is known.'),
  lost: counter('pinger.probes.lost', '{probe}', 'Of the probes sent, those not received in time.'),
  undetermined: counter(
    'pinger.probes.undetermined',
    '{probe}',
    'Of the probes sent, timeouts that this host itself may have caused: neither received nor lost.',
  ),
  corrupt: counter('pinger.replies.corrupt', '{reply}', 'Replies whose data came back changed.'),
  rtt: {
    name: 'pinger.rtt',
    kind: 'histogram',
    unit: 's',
    help: 'Round-trip time of the probes received.',
  } as Family,
  lastRtt: gauge('pinger.last_rtt', 's', 'Round-trip time of the newest probe received.'),
  up: gauge(
    'pinger.destination.up',
    '',
    'Whether the destination answers: 0 after three lost probes in a row; missing as long as that is not known.',
  ),
  interval: gauge('pinger.destination.interval', 's', 'From one probe to the next, as the table says.'),
} as const;

/** Of the monitor itself: each of these is one of its counters, under that counter's name. */
export const COUNTED = {
  sent: counter('pinger.packets.sent', '{packet}', 'Packets sent.'),
  received: counter('pinger.packets.received', '{packet}', 'Packets received.'),
  dropped: counter(
    'pinger.packets.dropped',
    '{packet}',
    'Packets that this host received and dropped before they were read.',
  ),
  ignored: counter(
    'pinger.packets.ignored',
    '{packet}',
    'Packets received that say nothing about a probe: malformed, or of other traffic.',
  ),
  foreign: counter(
    'pinger.answers.foreign',
    '{answer}',
    "Answers to probes of somebody else's, forged or too old to be known.",
  ),
  receive_queue_max: gauge(
    'pinger.receive_queue.max',
    'By',
    'The most that has waited to be read, with the bookkeeping of the kernel.',
  ),
  missed: counter(
    'pinger.probes.missed',
    '{probe}',
    'Due times that passed without a probe, because the process was held up.',
  ),
  results: counter('pinger.recorder.results', '{result}', 'Results made by this process.'),
  stored: counter(
    'pinger.recorder.stored',
    '{result}',
    'Results put into the database, those included that an earlier process had left in the spill.',
  ),
  lost: counter(
    'pinger.recorder.lost',
    '{result}',
    'Results given up because the database took none for too long.',
  ),
  waiting: gauge('pinger.recorder.waiting', '{result}', 'Results that wait to be stored, wherever.'),
  waiting_max: gauge(
    'pinger.recorder.waiting_max',
    '{result}',
    'The most results that have waited in memory to be stored.',
  ),
  spilled: counter('pinger.spill.written', '{result}', 'Results put into the spill.'),
  drained: counter('pinger.spill.drained', '{result}', 'Results put from the spill into the database.'),
  spill_results: gauge('pinger.spill.results', '{result}', 'Results that are in the spill.'),
  spill_bytes: gauge('pinger.spill.size', 'By', 'What the spill takes of the disk.'),
} as const satisfies { [Name in keyof Counters]?: Counters[Name] extends number ? Family : never };

/** Of the monitor itself. */
export const MONITOR = {
  build: info('pinger.build', 'The version of pinger.'),
  monitor: info('pinger.monitor', 'The source that this monitor is, and what moves its packets.'),
  destinations: gauge('pinger.destinations', '{destination}', 'Rows of the table of destinations, by state.'),
  ...COUNTED,
  lateness: summary(
    'pinger.probe.lateness',
    'How long after its due time a probe was sent, since the start.',
  ),
  loopDelay: summary(
    'pinger.loop.delay',
    'How late the process woke up for what was due, since the start; up to 1 ms is the resolution of the timer.',
  ),
  database: gauge('pinger.database.up', '', 'Whether the database answers, and takes results.'),
  doubtful: counter(
    'pinger.doubtful_results',
    '{result}',
    'Results that this host itself may have distorted, by how.',
  ),
  gaps: counter('pinger.gaps', '{gap}', 'Times in which nothing could be probed, by why.'),
  gapTime: counter('pinger.gap', 's', 'How long nothing could be probed, by why.'),
} as const;
