import { EventEmitter } from 'node:events';
import { InterfaceError } from '../io/interface-error.ts';
import { configure, droppedBefore, kindOfInterface, taken } from '../io/iproute.ts';
import { Tun } from '../io/tun.ts';
import { decodePacket, encodePacket, type Packet } from '../network/packet.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import type { Scenario } from '../scenario/schema.ts';
import { Timeline } from '../simulation/timeline.ts';
import { World } from '../simulation/world.ts';
import { Distribution } from '../statistics/distribution.ts';
import { DeviceLoop } from './device-loop.ts';
import { isNetworkEvent, type NetworkEvent } from './happenings.ts';
import { setUp } from './interface-setup.ts';
import { objectionTo, type Reach, reachOf } from './reach.ts';
import { RealTimeScheduler } from './real-time-scheduler.ts';
import { Reassembly } from './reassembly.ts';
import { warmUp } from './warm-up.ts';

export interface NetsimOptions {
  /** What the interface is called, 15 characters at most. */
  name: string;
  /** Whether a TUN interface of that name that is there already goes, whoever it belongs to. */
  replace?: boolean;
  /** Whether addresses may be taken that are not for tests. */
  anyAddress?: boolean;
}

/** What a network has done since its start. */
export interface NetsimTotals {
  /** ms */
  duration: number;
  /** Packets from this host, and to it. */
  in: number;
  out: number;
  /** Packets that links, routers or the interface have lost, on either way. */
  lost: number;
  /** Packets that the kernel could not hand over: too many at once. */
  dropped: number;
  /** How late packets came out, ms; null where none has. */
  lateness_p50: number | null;
  lateness_p99: number | null;
}

export interface NetsimEvents {
  /** Something of the timeline begins, or is over. `at`: ms since the start. */
  happened: [event: NetworkEvent, at: number, over: boolean];
  /** The interface is gone; there is nothing but to stop. */
  failed: [error: Error];
}

/** The network of a scenario as a real one: behind a TUN interface of this host's, in real time. */
export class Netsim extends EventEmitter<NetsimEvents> {
  readonly reach: Reach;
  readonly #name: string;
  readonly #tun: Tun;
  readonly #scheduler: RealTimeScheduler;
  readonly #world: World;
  readonly #timeline: Timeline;
  readonly #loop: DeviceLoop;
  readonly #reassembly = new Reassembly();
  readonly #lateness = new Distribution();
  #startedAt = performance.now();
  /** How many times the interface has been taken down, and is not up again. */
  #down = 0;
  #in = 0;
  #out = 0;
  #lost = 0;
  #refused = 0;

  private constructor(scenario: Scenario, reach: Reach, name: string, tun: Tun) {
    super();
    this.reach = reach;
    this.#name = name;
    this.#tun = tun;
    this.#scheduler = new RealTimeScheduler(() =>
      Math.round((performance.now() - this.#startedAt) * MILLISECOND),
    );
    this.#world = new World(scenario, this.#scheduler, (packet) => this.#deliver(packet));
    const nothing = () => {};
    this.#timeline = new Timeline(
      this.#scheduler,
      this.#world,
      {
        interfaceDown: () => {
          this.#down++;
          return () => void this.#down--;
        },
        resolve: () => nothing,
        databaseDown: () => nothing,
        step: nothing,
        suspend: nothing,
        pause: nothing,
        edit: nothing,
      },
      nothing,
    );
    for (const event of scenario.timeline) if (isNetworkEvent(event)) this.#plan(event, event.at, 1);
    this.#loop = new DeviceLoop(tun, this.#scheduler, {
      received: (bytes) => this.#receive(bytes),
      failed: (error) => this.emit('failed', error),
    });
  }

  /** Makes the interface, and has packets through it meet the network. Throws InterfaceError. */
  static async start(scenario: Scenario, options: NetsimOptions): Promise<Netsim> {
    const { name, replace = false, anyAddress = false } = options;
    const reach = reachOf(scenario);
    const existing = await kindOfInterface(name);
    if (existing !== undefined && !(replace && existing === 'tun'))
      throw new InterfaceError('EEXIST', objectionToReplacing(name, existing));
    const others = (await taken()).filter(({ device }) => device !== name);
    const objection = objectionTo(reach, anyAddress, others);
    if (objection !== undefined) throw new InterfaceError('EADDRINUSE', objection);
    if (existing !== undefined) await configure([`link delete dev ${name}`]);
    warmUp(scenario, reach);
    const tun = Tun.open(name);
    try {
      const netsim = new Netsim(scenario, reach, name, tun);
      const { network } = netsim.#world;
      await configure(setUp(name, reach, (address) => network.mtuTo(address)));
      netsim.#startedAt = performance.now();
      netsim.#loop.start();
      return netsim;
    } catch (error) {
      tun.close();
      throw error;
    }
  }

  /** The interface goes, and everything that is under way with it. */
  async stop(): Promise<NetsimTotals> {
    this.#loop.stop();
    const duration = this.#scheduler.clock() / MILLISECOND;
    // It may be gone already.
    const dropped = await droppedBefore(this.#name).catch(() => 0);
    this.#tun.close();
    const late = (quantile: number) => this.#lateness.quantile(quantile);
    return {
      duration,
      in: this.#in,
      out: this.#out,
      lost: this.#lost + this.#world.network.lost,
      dropped: dropped + this.#refused,
      lateness_p50: late(0.5),
      lateness_p99: late(0.99),
    };
  }

  /** `time`: which one of the event's repetitions it is, from 1. */
  #plan(event: NetworkEvent, at: number, time: number): void {
    this.#scheduler.schedule(at, () => {
      this.#timeline.start(event);
      this.emit('happened', event, at / MILLISECOND, false);
      const { repeat } = event;
      if (event.for !== undefined) {
        const end = at + event.for;
        this.#scheduler.schedule(end, () => this.emit('happened', event, end / MILLISECOND, true));
      }
      if (repeat && time < repeat.times) this.#plan(event, at + repeat.every, time + 1);
    });
  }

  #receive(bytes: Buffer): void {
    const whole = this.#reassembly.take(bytes, this.#scheduler.now());
    const packet = whole && decodePacket(whole.bytes, this.#in + 1);
    // Such as what every interface says to its neighbours, of which there are none.
    if (!packet || !this.#world.network.pathTo(packet.destination)) return;
    this.#in++;
    if (whole.fragmented) packet.whole = false;
    if (this.#down > 0) this.#lost++;
    else this.#world.network.send(packet);
  }

  #deliver(packet: Packet): void {
    if (this.#down > 0) {
      this.#lost++;
      return;
    }
    const bytes = encodePacket(packet);
    this.#lateness.add((this.#scheduler.clock() - this.#scheduler.now()) / MILLISECOND);
    if (this.#tun.write(bytes)) this.#out++;
    else this.#refused++;
  }
}

function objectionToReplacing(name: string, kind: string): string {
  const there = `interface ${name} is there already`;
  return kind === 'tun'
    ? `${there}; choose another name, or remove it with --replace`
    : `${there}, and is no TUN interface; choose another name`;
}
