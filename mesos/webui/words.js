/** How numbers, times and states are said. */

const MEGABYTE_NAMES = ['MB', 'GB', 'TB', 'PB'];

/** `2`, `0.5`, `1,234` */
export function amount(value) {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}

/** Mesos counts memory and disk in megabytes. */
export function megabytes(value) {
  let unit = 0;
  let size = value;
  while (size >= 1024 && unit < MEGABYTE_NAMES.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${amount(size)} ${MEGABYTE_NAMES[unit]}`;
}

/** `3 s`, `12 min`, `5 h`, `2 d` */
export function duration(seconds) {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

const KINDS = {
  TASK_RUNNING: 'run',
  TASK_STAGING: 'wait',
  TASK_STARTING: 'wait',
  TASK_KILLING: 'wait',
  TASK_FINISHED: 'done',
  TASK_KILLED: 'gone',
  TASK_GONE: 'gone',
  TASK_GONE_BY_OPERATOR: 'gone',
};

/** The colour of a task's state; what is not known to be well is not. */
export function kindOf(state) {
  return KINDS[state] ?? 'bad';
}

/** `TASK_RUNNING` is said `running`. */
export function sayState(state) {
  return state
    .replace(/^TASK_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}
