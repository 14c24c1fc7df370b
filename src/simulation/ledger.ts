import { TCP, UDP } from '../io/packet/ip.ts';
import { isIcmpError } from '../network/icmp-error.ts';
import type { Network } from '../network/network.ts';
import { isRefusal, type Nominal, nominalOf } from '../network/nominal.ts';
import { lengthOf, type Packet } from '../network/packet.ts';
import { MILLISECOND } from '../network/scheduler.ts';

/** What packets are told apart by: everything of a destination that a network can see. */
export interface Target {
  /** IP protocol number. */
  protocol: number;
  /** Numeric, in canonical form. */
  address: string;
  /** Of TCP and UDP; null otherwise. */
  port: number | null;
  ttl: number;
}

/** What a network was asked to do with the probes of a target, and what it did. Means over the probes; times in ms. */
export interface NetworkFigures {
  /** What its settings said when each probe was sent; round-trip times without waiting in queues. */
  asked: { loss: number | null; rtt: number | null };
  sent: number;
  /** Those whose reply or refusal came back, in time or not. */
  answered: number;
  /** From sending to the first answer. */
  min: number | null;
  avg: number | null;
  max: number | null;
}

/** One target's sums; times in ns, but for the round-trip times. */
class Account {
  sent = 0;
  loss = 0;
  /** Probes that an answer could be expected of, and the sum of their delays. */
  answerable = 0;
  delay = 0;
  answered = 0;
  total = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** What the network is to do with a packet, as long as nothing of it changes; and a packet's length then. */
  nominal: Nominal | undefined;
  length = 0;
  version = -1;

  constructor(
    readonly address: string,
    readonly protocol: number,
    readonly port: number | null,
    readonly ttl: number,
  ) {}
}

/** Keeps the network's own account of the packets in it, for nobody but those who want to compare. */
export class Ledger {
  readonly #accounts = new Map<string, Account[]>();
  /** The last probes, by the low bits of their origins: whose each is while nobody has answered it, and when it was sent. */
  readonly #open: (Account | undefined)[] = new Array(MOST_OPEN).fill(undefined);
  readonly #origins = new Float64Array(MOST_OPEN);
  readonly #sentAt = new Float64Array(MOST_OPEN);
  /** Counts the changes of the network. */
  #version = 0;

  /** The network is another one from now on. */
  changed(): void {
    this.#version++;
  }

  /** A packet enters the network; `at` in ms. */
  sent(packet: Packet, at: number, network: Network): void {
    const { destination, protocol, ttl, origin } = packet;
    const account = this.#account({ address: destination, protocol, port: portOf(packet), ttl });
    const length = lengthOf(packet);
    if (!account.nominal || account.version !== this.#version || account.length !== length) {
      account.nominal = nominalOf(packet, network);
      account.version = this.#version;
      account.length = length;
    }
    const { loss, delay } = account.nominal;
    account.sent++;
    account.loss += loss;
    if (loss < 1) {
      account.answerable++;
      account.delay += delay;
    }
    const place = origin % MOST_OPEN;
    this.#open[place] = account;
    this.#origins[place] = origin;
    this.#sentAt[place] = at;
  }

  /** A packet comes back; `at` in ms. */
  received(packet: Packet, at: number): void {
    const place = packet.origin % MOST_OPEN;
    const account = this.#open[place];
    if (!account || this.#origins[place] !== packet.origin || !isAnswer(packet, account)) return;
    this.#open[place] = undefined;
    const rtt = at - (this.#sentAt[place] as number);
    account.answered++;
    account.total += rtt;
    account.min = Math.min(account.min, rtt);
    account.max = Math.max(account.max, rtt);
  }

  /** What became of the probes of some targets, all together. */
  figures(targets: Iterable<Target>): NetworkFigures {
    const accounts = new Set([...targets].map((target) => this.#account(target)));
    const sum = (of: (account: Account) => number) => [...accounts].reduce((all, each) => all + of(each), 0);
    const [sent, answerable, answered] = [
      sum((account) => account.sent),
      sum((account) => account.answerable),
      sum((account) => account.answered),
    ];
    return {
      asked: {
        loss: sent > 0 ? sum(({ loss }) => loss) / sent : null,
        rtt: answerable > 0 ? sum(({ delay }) => delay) / answerable / MILLISECOND : null,
      },
      sent,
      answered,
      min: answered > 0 ? Math.min(...[...accounts].map(({ min }) => min)) : null,
      avg: answered > 0 ? sum(({ total }) => total) / answered : null,
      max: answered > 0 ? Math.max(...[...accounts].map(({ max }) => max)) : null,
    };
  }

  #account({ address, protocol, port, ttl }: Target): Account {
    let accounts = this.#accounts.get(address);
    if (!accounts) {
      accounts = [];
      this.#accounts.set(address, accounts);
    }
    for (const each of accounts)
      if (each.protocol === protocol && each.port === port && each.ttl === ttl) return each;
    const account = new Account(address, protocol, port, ttl);
    accounts.push(account);
    return account;
  }
}

/** Answers to older ones come too late for anybody. */
const MOST_OPEN = 2 ** 17;

/** Whether a packet is what was asked for, and not an error of somebody on the way. */
const isAnswer = (packet: Packet, { address, protocol }: Account): boolean =>
  !isIcmpError(packet) || isRefusal({ family: packet.family, protocol, destination: address }, packet);

/** The port that a probe goes to. */
const portOf = ({ protocol, payload }: Packet): number | null =>
  protocol === TCP || protocol === UDP ? payload.readUInt16BE(2) : null;
