import { Alert } from './alert.ts';
import { AlertChannel, AlertRuleChannel } from './alert-channel.ts';
import { AlertDelivery } from './alert-delivery.ts';
import { AlertRule } from './alert-rule.ts';
import { Destination } from './destination.ts';
import { DestinationChange } from './destination-change.ts';
import { DestinationParent } from './destination-parent.ts';
import { Gap } from './gap.ts';
import { Maintenance } from './maintenance.ts';
import { APPLICATION_ID, Tables1732000000000 } from './migrations/1732000000000-tables.ts';
import { Links1732000000001 } from './migrations/1732000000001-links.ts';
import { Chunks1732000000002 } from './migrations/1732000000002-chunks.ts';
import { Doubts1732000000003 } from './migrations/1732000000003-doubts.ts';
import { Batches1732000000004 } from './migrations/1732000000004-batches.ts';
import { Compact1732000000005 } from './migrations/1732000000005-compact.ts';
import { SourceKeys1732000000020 } from './migrations/1732000000020-source-keys.ts';
import { Rollups1732000000030 } from './migrations/1732000000030-rollups.ts';
import { Gaps1732000000040 } from './migrations/1732000000040-gaps.ts';
import { Alerts1732000000050 } from './migrations/1732000000050-alerts.ts';
import { Users1732000000060 } from './migrations/1732000000060-users.ts';
import { AlertGroups1732000000070 } from './migrations/1732000000070-alert-groups.ts';
import { StoppedSources1732000000071 } from './migrations/1732000000071-stopped-sources.ts';
import { Result } from './result.ts';
import { Session } from './session.ts';
import { Source } from './source.ts';
import { Token } from './token.ts';
import { User } from './user.ts';

export { APPLICATION_ID };

export const entities = [
  Source,
  Destination,
  Result,
  DestinationChange,
  Gap,
  AlertRule,
  AlertChannel,
  AlertRuleChannel,
  DestinationParent,
  Maintenance,
  Alert,
  AlertDelivery,
  User,
  Token,
  Session,
];

export const migrations = [
  Tables1732000000000,
  Links1732000000001,
  Chunks1732000000002,
  Doubts1732000000003,
  Batches1732000000004,
  Compact1732000000005,
  SourceKeys1732000000020,
  Rollups1732000000030,
  Gaps1732000000040,
  Alerts1732000000050,
  Users1732000000060,
  AlertGroups1732000000070,
  StoppedSources1732000000071,
];
