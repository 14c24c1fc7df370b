import { goalTable, markdownOf, type Report } from './report.ts';

export interface Page {
  title: string;
  /** What is measured, and how. */
  about: string;
  /** A picture beside it. */
  picture?: string;
}

/** A page of docs, of what was measured in one run. */
export function page(
  { title, about, picture }: Page,
  machine: readonly [string, string][],
  reports: readonly Report[],
): string {
  const goals = reports.flatMap((report) => report.goals);
  const facts = machine.map(([name, value]) => `${name} ${value}`).join(', ');
  const sections = reports.flatMap(({ title, method, tables, warnings }) => [
    `## ${title}`,
    ...method,
    ...tables.map(markdownOf),
    ...warnings,
  ]);
  return `${[
    `# ${title}`,
    `${about} Ratios carry over to other machines, the figures do not.`,
    `${facts}.`,
    ...(picture ? [`![Bars of the figures below](${picture})`] : []),
    '## Goals',
    markdownOf(goalTable(goals)),
    ...sections,
  ].join('\n\n')}\n`;
}
