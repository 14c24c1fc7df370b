import type { ComponentChildren } from 'preact';

export interface TableColumn<Row> {
  title: string;
  /** What a cell holds. */
  show: (row: Row) => ComponentChildren;
  /** Whether its cells say what their rows are about. */
  isName?: boolean;
  class?: string;
}

/** A table of the page. Where it is made of cards, as on a phone, each cell knows its column's title. */
export function Table<Row>({
  columns,
  rows,
  keyOf,
  caption,
  class: name,
  children,
}: {
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
  /** Said to screen readers. */
  caption?: string;
  class?: string;
  /** What stands in the place of rows where there are none. */
  children?: ComponentChildren;
}) {
  return (
    <table class={name}>
      {caption !== undefined && <caption class="spoken">{caption}</caption>}
      <thead>
        <tr>
          {columns.map((column) => (
            <th scope="col" key={column.title} class={column.class}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map((column) =>
              column.isName ? (
                <th scope="row" key={column.title} class={column.class}>
                  {column.show(row)}
                </th>
              ) : (
                <td key={column.title} class={column.class} data-label={column.title}>
                  {column.show(row)}
                </td>
              ),
            )}
          </tr>
        ))}
        {rows.length === 0 && children !== undefined && (
          <tr>
            <td colSpan={columns.length} class="faint">
              {children}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
