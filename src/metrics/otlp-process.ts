import type { MetricData } from '@opentelemetry/sdk-metrics';
import type { Family } from './family.ts';
import { type Counted, valuesOf } from './otlp-data.ts';

/** https://opentelemetry.io/docs/specs/semconv/system/process-metrics/ and https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/ */
const CPU_TIME: Family = {
  name: 'process.cpu.time',
  kind: 'counter',
  unit: 's',
  help: 'Total CPU seconds broken down by different states.',
};
const MEMORY: Family = {
  name: 'process.memory.usage',
  kind: 'gauge',
  unit: 'By',
  help: 'The amount of physical memory in use.',
};
const UTILIZATION: Family = {
  name: 'nodejs.eventloop.utilization',
  kind: 'gauge',
  unit: '1',
  help: 'Event loop utilization.',
};

/** What is to be known of the process. */
export function processData(counted: Counted): MetricData[] {
  const { user, system } = process.cpuUsage();
  const point = (value: number, attributes = {}) => ({ ...counted, attributes, value });
  return [
    valuesOf(CPU_TIME, [
      point(user / 1e6, { 'cpu.mode': 'user' }),
      point(system / 1e6, { 'cpu.mode': 'system' }),
    ]),
    valuesOf(MEMORY, [point(process.memoryUsage.rss())]),
    valuesOf(UTILIZATION, [point(performance.eventLoopUtilization().utilization)]),
  ];
}
