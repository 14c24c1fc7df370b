import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulate } from '../src/simulation/simulate.ts';

export interface SimulatingCase {
  destinations: number;
  /** Simulated time, s. */
  duration: number;
}

export interface SimulatingFigures extends SimulatingCase {
  /** How much faster than real time. */
  speed: number;
  /** Time a probe, µs: of the whole, from the first probe until every result is in the file. */
  probe: number;
  sent: number;
  stored: number;
}

/** Simulates ICMP destinations at 1 s behind two links and a router, with jitter and loss, and stores every result in a file. */
export async function simulating({ destinations, duration }: SimulatingCase): Promise<SimulatingFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'pinger-bench-'));
  try {
    const simulation = await simulate(
      {
        name: 'bench',
        duration: `${duration}s`,
        links: {
          near: { delay: '1ms', jitter: '200us', distribution: 'normal' },
          far: { delay: '9ms', jitter: '1ms', loss: '1%' },
        },
        routers: { router: { address: '203.0.113.1' } },
        networks: { net: { prefix: '10.0.0.0/8', path: ['near', 'router', 'far'] } },
        destinations: [{ address: '10.0.0.1', count: destinations }],
      },
      { database: `sqlite:${join(folder, 'simulated.db')}` },
    );
    const from = performance.now();
    const { sent, stored } = await simulation.finish();
    const took = performance.now() - from;
    return {
      destinations,
      duration,
      sent,
      stored,
      speed: (duration * 1000) / took,
      probe: (took * 1000) / sent,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
