import type { Role } from '../../entities/role.ts';

/** Who may use a route. `anyone`: without saying who he is. */
export type RouteRole = Role | 'anyone';

declare module 'fastify' {
  interface FastifyInstance {
    declaredRoutes: readonly DeclaredRoute[];
    /** Whether everybody on this host is let in, without a word. */
    isOpen: () => Promise<boolean>;
  }
  interface FastifyContextConfig {
    /** Who may use the route; unless given, viewers where it only reads (GET and HEAD), and editors everything else. */
    role?: RouteRole;
    /** Statuses of problems that it has besides those that its schema implies. */
    problems?: readonly number[];
  }
}

const READING: readonly string[] = ['GET', 'HEAD'];

/** Who may use a route. */
export const roleOf = (method: string, role?: RouteRole): RouteRole =>
  role ?? (READING.includes(method) ? 'viewer' : 'editor');

/** A route as it is declared, with a method each. */
export interface DeclaredRoute {
  method: string;
  /** With parameters, such as `/api/v1/destinations/:id`. */
  url: string;
  role: RouteRole;
}
