import { GROUPS, type Group } from '../live/groups.ts';
import { ALL_COLLAPSED, ALL_EXPANDED, folded, isCollapsed } from './group.ts';
import { move, type PressContext } from './selection.ts';
import type { TableState, ViewState } from './view-state.ts';

/** What a key makes of groups; undefined where it is about something else. */
export function pressOnGroups(state: ViewState, name: string, context: PressContext): ViewState | undefined {
  const { table } = state;
  const withTable = (changes: Partial<TableState>): ViewState => ({
    ...state,
    table: { ...table, ...changes },
  });
  if (name === 'b') return withTable({ group: nextGroup(table.group, context), top: 0 });
  if (table.group === 'none') return undefined;
  const line = table.selected ?? context.lines[table.top];
  const group = line === undefined ? undefined : groupAt(line, context);
  if (line === undefined || group === undefined) return undefined;
  const isGroup = line === group;
  const fold = () => withTable({ selected: group, folding: folded(table.folding, group) });
  switch (name) {
    case 'enter':
      return isGroup ? fold() : undefined;
    case 'left':
      return isGroup && !isCollapsed(table.folding, group) ? fold() : withTable({ selected: group });
    case 'right':
      if (!isGroup) return state;
      return isCollapsed(table.folding, group)
        ? fold()
        : move(withTable({ selected: group }), 'down', context);
    case '-':
      return withTable({ selected: group, folding: ALL_COLLAPSED });
    case '+':
    case '=':
      return withTable({ folding: ALL_EXPANDED });
    default:
      return undefined;
  }
}

/** The group that a line is, or is in. */
function groupAt(line: string, { lines, groups }: PressContext): string | undefined {
  let at = lines.indexOf(line);
  while (at > 0 && !groups.has(lines[at] as string)) at--;
  return lines[at];
}

function nextGroup(group: Group, { hasSources }: PressContext): Group {
  const offered = GROUPS.filter((each) => hasSources || each !== 'source');
  return offered[(offered.indexOf(group) + 1) % offered.length] as Group;
}
