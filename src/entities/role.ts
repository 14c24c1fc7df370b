/**
 * What somebody may do with a monitor.
 *
 * - `viewer`: read everything
 * - `editor`: change it, too
 */
export const ROLES = ['viewer', 'editor'] as const;

export type Role = (typeof ROLES)[number];
