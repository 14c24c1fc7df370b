import type { ComponentChildren } from 'preact';

/** What is wider than a phone, or longer than it should be, scrolls by itself. */
export const Scrolled = ({
  label,
  isTall = false,
  isBusy = false,
  children,
}: {
  label: string;
  isTall?: boolean;
  isBusy?: boolean;
  children: ComponentChildren;
}) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll there
  <section class={isTall ? 'scrolled tall' : 'scrolled'} tabIndex={0} aria-label={label} aria-busy={isBusy}>
    {children}
  </section>
);
