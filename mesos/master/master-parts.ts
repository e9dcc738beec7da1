/**
 * The parts of the master, put together: each knows those whose help it needs, and no two know one another.
 */
import { Accept } from './accept.ts';
import { AgentReconciliation } from './agent-reconciliation.ts';
import { AgentRegistration } from './agent-registration.ts';
import { AgentRemoval } from './agent-removal.ts';
import type { MasterContext } from './context.ts';
import { FrameworkRemoval } from './framework-removal.ts';
import type { Times } from './http/state.ts';
import { Offers } from './offers.ts';
import { OperatorApi } from './operator-api.ts';
import { OperatorEvents } from './operator-events.ts';
import { SchedulerApi } from './scheduler-api.ts';
import { StatusUpdates } from './status-updates.ts';
import { Subscriptions } from './subscriptions.ts';
import { TaskControl } from './task-control.ts';

export interface MasterParts {
  readonly offers: Offers;
  readonly updates: StatusUpdates;
  readonly frameworkRemoval: FrameworkRemoval;
  readonly agentRemoval: AgentRemoval;
  readonly registration: AgentRegistration;
  readonly control: TaskControl;
  readonly schedulerApi: SchedulerApi;
  readonly operatorApi: OperatorApi;
  readonly events: OperatorEvents;
}

export function makeParts(context: MasterContext, times: () => Times): MasterParts {
  const offers = new Offers(context);
  const updates = new StatusUpdates(context);
  const frameworkRemoval = new FrameworkRemoval(context, offers, updates);
  const agentRemoval = new AgentRemoval(context, offers, updates);
  const reconciliation = new AgentReconciliation(context, updates, agentRemoval);
  const registration = new AgentRegistration(context, agentRemoval, reconciliation);
  const subscriptions = new Subscriptions(context, offers, frameworkRemoval);
  const control = new TaskControl(context, updates, agentRemoval);
  const accept = new Accept(context, offers, updates);
  const schedulerApi = new SchedulerApi(context, {
    subscriptions,
    removal: frameworkRemoval,
    offers,
    accept,
    updates,
    control,
  });
  const events = new OperatorEvents(context);
  const operatorApi = new OperatorApi(context, { frameworkRemoval, agentRemoval, events, times });
  return { offers, updates, frameworkRemoval, agentRemoval, registration, control, schedulerApi, operatorApi, events };
}
