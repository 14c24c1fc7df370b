import cookie from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials, Principal } from '../../access/credentials.ts';
import type { Logger } from '../../logger.ts';
import type { App } from '../context.ts';
import { ProblemError } from '../problems.ts';
import { isCrossSite } from './cross-site.ts';
import { sendCarefulHeaders } from './headers.ts';
import { Hosts } from './host.ts';
import { limitRequests, SignInLimits, tooMany } from './limits.ts';
import { OpenAnswers } from './open-answers.ts';
import { Refusals } from './refusals.ts';
import { type DeclaredRoute, roleOf } from './roles.ts';
import { sessionSecret } from './session-cookie.ts';

export interface GuardOptions {
  credentials: Credentials;
  logger: Logger;
  /** Whether everybody is let in while there is neither a user nor a token. */
  isOpen: boolean;
  /** Names by which the server may be asked for, besides this host's own. */
  names: readonly string[];
  isTls: boolean;
}

/** Who asks, where nobody has to say so: everybody on this host. */
const LOCAL: Principal = { name: 'local', kind: 'user', role: 'editor' };

/** Signs of a proxy, which brings others than those on this host. */
const PROXIED = [
  ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-server'],
  ...['x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip', 'via'],
];

/** Of a Host header, so much is logged. */
const SHOWN = 100;

/** Stands before every route, those that are added later as well. */
export class Guard {
  /** All routes there are, by method. */
  readonly routes: DeclaredRoute[] = [];
  readonly signIns: SignInLimits;
  readonly #credentials: Credentials;
  readonly #isOpen: boolean;
  readonly #answers: OpenAnswers;
  readonly #refusals = new Refusals(() => performance.now());

  private constructor(app: App, { credentials, isOpen, logger }: GuardOptions) {
    this.#credentials = credentials;
    this.#isOpen = isOpen;
    this.signIns = new SignInLimits(app);
    const mayStill = async (request: FastifyRequest) => (await this.principalOf(request)) !== undefined;
    this.#answers = new OpenAnswers(app, { mayStill, logger });
  }

  /** To be called before routes are added. */
  static async of(app: App, options: GuardOptions): Promise<Guard> {
    const { logger, names, isTls } = options;
    const hosts = new Hosts(names);
    await sendCarefulHeaders(app, { isTls });
    app.addHook('onRequest', async ({ headers, host, ip }) => {
      if (headers.host === undefined) throw new ProblemError(400, 'expected a Host header');
      if (hosts.has(host)) return;
      const shown = host.slice(0, SHOWN);
      logger.info('access.misdirected', { host: shown, address: ip });
      throw new ProblemError(
        421,
        `there is nothing at "${shown}": ask for this host by its address or its name, or start pinger with --allow-host`,
      );
    });
    await limitRequests(app);
    app.addHook('onRequest', async (request) => {
      if (!isCrossSite(request)) return;
      logger.info('access.cross_site', { origin: request.headers.origin, address: request.ip });
      throw new ProblemError(403, "a page of another site asks: only pinger's own page may");
    });
    await app.register(cookie);
    const guard = new Guard(app, options);
    app.addHook('onRoute', (route) => {
      for (const method of [route.method].flat())
        guard.routes.push({
          method,
          url: route.url,
          // Of whatever plugin adds the route, hooks come later.
          get role() {
            return roleOf(method, route.config?.role);
          },
        });
    });
    // Before a body is read.
    app.addHook('preParsing', (request, reply) => guard.#check(request, reply));
    return guard;
  }

  /** Whether everybody on this host is let in, without a word. */
  async isOpen(): Promise<boolean> {
    return this.#isOpen && !(await this.#credentials.exist());
  }

  /** Whether one has to say who one is. */
  async asks(request: FastifyRequest): Promise<boolean> {
    return isProxied(request) || !(await this.isOpen());
  }

  /** Who asks; undefined where it is to be said and is not, or is not right. */
  async principalOf(request: FastifyRequest): Promise<Principal | undefined> {
    if (!(await this.asks(request))) return LOCAL;
    const token = bearer(request);
    if (token !== undefined) return this.#credentials.ofToken(token, request.ip);
    const secret = sessionSecret(request);
    return secret === undefined ? undefined : this.#credentials.ofSession(secret);
  }

  /** As `principalOf`. Throws ProblemError where the address has shown too much that was not right. */
  async #knownOf(request: FastifyRequest): Promise<Principal | undefined> {
    const secret = bearer(request) ?? sessionSecret(request);
    const wait = this.#refusals.wait(request.ip);
    if (wait > 0 && secret !== undefined && !this.#credentials.wasRight(secret))
      throw tooMany('too many wrong tokens or sessions', wait);
    const principal = await this.principalOf(request);
    if (!principal && secret !== undefined) this.#refusals.add(request.ip);
    return principal;
  }

  async #check(request: FastifyRequest, reply: FastifyReply): Promise<undefined> {
    const { method, config } = request.routeOptions;
    const role = roleOf([method].flat()[0] ?? request.method, config?.role);
    // What is not there is nobody's secret.
    if (role === 'anyone' || request.is404) return;
    const principal = await this.#knownOf(request);
    if (!principal) {
      reply.header('www-authenticate', 'Bearer realm="pinger"');
      throw new ProblemError(401, unknown(request));
    }
    if (role === 'editor' && principal.role !== 'editor')
      throw new ProblemError(403, `${principal.name} is a viewer: only an editor may change anything`);
    this.#answers.add(request, reply);
  }
}

/** Proxies that do not say what they are often ask by HTTP/1.0, as nginx does unless told otherwise; browsers never do. */
const isProxied = ({ headers, raw }: FastifyRequest): boolean =>
  raw.httpVersion === '1.0' || PROXIED.some((name) => headers[name] !== undefined);

/** https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const bearer = ({ headers }: FastifyRequest): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];

function unknown(request: FastifyRequest): string {
  if (bearer(request) !== undefined)
    return 'the token is none, or has expired: "pinger tokens list" shows those there are';
  if (sessionSecret(request) !== undefined) return 'the session has ended: sign in again';
  return 'sign in on the page, or send a token: "authorization: Bearer TOKEN" ("pinger tokens add" makes one)';
}
