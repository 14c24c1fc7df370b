/** Lines within 16 by 16. */
const PATHS = {
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  sun: 'M8 5a3 3 0 1 1 0 6a3 3 0 1 1 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13 9.5A5.5 5.5 0 1 1 6.5 3A4.5 4.5 0 0 0 13 9.5z',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9M10.5 10.5L14 14',
  plus: 'M8 3v10M3 8h10',
  pencil: 'M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3l8 5l-8 5z',
  trash: 'M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.6 9h5.8l.6-9M7 7v4M9 7v4',
  close: 'M4 4l8 8M12 4l-8 8',
  down: 'M4 6l4 4l4-4',
  right: 'M6 4l4 4l-4 4',
  keyboard: 'M1.5 4h13v8h-13zM4 7h.01M6.7 7h.01M9.3 7h.01M12 7h.01M5 9.7h6',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: what it stands for is said beside it. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <path
      d={PATHS[name]}
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
);
