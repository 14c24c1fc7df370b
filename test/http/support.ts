import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, expect } from 'vitest';
import { HttpServer } from '../../src/http/http-server.ts';
import type { Problem } from '../../src/http/schemas/problem.ts';
import { type NameResolver, ResolveError } from '../../src/io/resolver.ts';
import type { SendOutcome, Transport } from '../../src/io/transport.ts';
import { createPinger, type Pinger, type PingerOptions } from '../../src/pinger.ts';
import { LogBook } from '../support/fakes.ts';

/** A network that takes packets and never answers, so that no privilege is needed. */
export class Silence implements Transport {
  #sent = 0;

  open(): void {}

  close(): void {}

  send(packets: readonly unknown[], settled: (index: number, outcome: SendOutcome) => void): void {
    for (const index of packets.keys()) {
      this.#sent++;
      settled(index, { sentAt: performance.now() });
    }
  }

  counters() {
    return { sent: this.#sent, received: 0, dropped: 0 };
  }
}

/** Names are nobody's: what tests add is asked of no name server. */
const NO_NAMES: NameResolver = {
  resolve: (name) => Promise.reject(new ResolveError(`${name}: no such name`, 'ENOTFOUND', true)),
  close() {},
};

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  body: Body;
}

interface Operation {
  responses: Record<string, Response | { $ref: string }>;
}

interface Response {
  content?: Record<string, { schema: object }>;
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Response> };
}

/** A monitor with its server; every answer is checked against what the server says of itself. */
export class Served {
  readonly logger = new LogBook();
  readonly pinger: Pinger;
  #server: HttpServer | undefined;
  #url = '';
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  #problems: Description['components']['responses'] = {};
  #paths: [RegExp, string, Record<string, Operation>][] = [];

  constructor(options: PingerOptions) {
    this.pinger = createPinger({
      ...{ spill: false, transport: new Silence(), resolver: NO_NAMES, lastAnswers: 50 },
      ...options,
    });
  }

  async start(): Promise<void> {
    this.#server = await HttpServer.of(this.pinger, {
      listen: { host: '127.0.0.1', port: 0 },
      logger: this.logger,
    });
    await this.pinger.start();
    this.#url = await this.#server.listen();
    const asked = await fetch(`${this.#url}api/v1/openapi.json`);
    const description = (await asked.json()) as Description;
    this.#problems = description.components.responses;
    this.#ajv.addSchema(description, 'api');
    this.#paths = Object.entries(description.paths).map(([path, operations]) => [
      new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      path,
      operations,
    ]);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    await server.close();
    await this.pinger.stop();
  }

  url(path: string): string {
    return new URL(path.startsWith('/') ? path : `/api/v1/${path}`, this.#url).href;
  }

  /** Asks, and checks the answer. */
  async ask<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    init: RequestInit = {},
  ): Promise<Answer<Body>> {
    const json = body === undefined ? {} : { body: JSON.stringify(body), headers: JSON_TYPE };
    const response = await fetch(this.url(path), { method, ...json, ...init });
    const text = await response.text();
    const { status, headers } = response;
    const isJson = /\bjson\b/.test(headers.get('content-type') ?? '');
    const answer = {
      status,
      headers,
      body: (isJson && text !== '' ? JSON.parse(text) : text || undefined) as Body,
    };
    this.#check(method, new URL(this.url(path)).pathname, answer);
    return answer;
  }

  get<Body = unknown>(path: string): Promise<Answer<Body>> {
    return this.ask<Body>('GET', path);
  }

  /** What is wrong with a request, which has to be refused. */
  async problem(method: string, path: string, body?: unknown, init?: RequestInit): Promise<Problem> {
    const answer = await this.ask<Problem>(method, path, body, init);
    expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
    return answer.body;
  }

  #check(method: string, path: string, { status, headers, body }: Answer): void {
    if (status >= 400 && method !== 'HEAD') {
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect((body as Problem).status).toBe(status);
      expect((body as Problem).detail).not.toMatch(/\n|^$/);
    }
    const [, template, operations] = this.#paths.find(([pattern]) => pattern.test(path)) ?? [];
    const operation = operations?.[method.toLowerCase()];
    if (!template || !operation) return;
    const described = operation.responses[status];
    if (!described) throw new Error(`${method} ${path}: ${status} is not described`);
    const reference = '$ref' in described ? described.$ref.split('/').slice(1) : undefined;
    const response = '$ref' in described ? this.#problems[reference?.at(-1) as string] : described;
    const [type] = Object.keys(response?.content ?? {});
    if (type === undefined || body === undefined) return;
    const place = reference ?? ['paths', template, method.toLowerCase(), 'responses', String(status)];
    const steps = [...place, 'content', type, 'schema'];
    const pointer = steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const validate = this.#ajv.compile({ $ref: `api#${encodeURI(pointer)}` });
    validate(body);
    expect(validate.errors?.slice(0, 5), `${method} ${path} ${status}`).toBeUndefined();
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Makes monitors with servers, and ends them after each test. */
export function serving(): (options: PingerOptions) => Promise<Served> {
  const all: Served[] = [];
  afterEach(async () => {
    for (const served of all.splice(0)) await served.stop();
  });
  return async (options) => {
    const served = new Served(options);
    all.push(served);
    await served.start();
    return served;
  };
}
