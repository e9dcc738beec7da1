/**
 * Rules for one actor (break, drop, delay, duplicate), and messages made by hand: what one needs to break things on
 * purpose. Shown only where the node obeys.
 */
import { useState } from 'preact/hooks';
import type { Rule } from '../../../../libprocess/trace.ts';
import { describeRule, parseWhere, ruleOf } from '../model/rules.ts';
import { command, nodes, notice } from '../state.ts';
import { mayControl } from './controls.tsx';

const ACTIONS: readonly Rule['action'][] = ['break', 'drop', 'delay', 'duplicate'];

export function ActorRules({ node, actor }: { readonly node: string; readonly actor: string }) {
  if (!mayControl(node)) return null;
  const rules = nodes.value.get(node)?.status?.rules ?? [];
  const own = rules.filter(rule => rule.actor === actor || rule.actor === '');
  return (
    <>
      <section>
        <h3>Rules</h3>
        <RuleList node={node} rules={own} />
        <RuleForm node={node} actor={actor} />
      </section>
      <section>
        <h3>Send a message</h3>
        <InjectForm node={node} actor={actor} />
      </section>
    </>
  );
}

export function RuleList({ node, rules }: { readonly node: string; readonly rules: readonly Rule[] }) {
  return (
    <ul>
      {rules.map(rule => (
        <li key={rule.id}>
          <span class="grow mono">{describeRule(rule)}</span>
          <button type="button" class="button small quiet" onClick={() => command(node, { do: 'unrule', id: rule.id })}>
            Remove
          </button>
        </li>
      ))}
    </ul>
  );
}

function RuleForm({ node, actor }: { readonly node: string; readonly actor: string }) {
  const [action, setAction] = useState<Rule['action']>('break');
  const [name, setName] = useState('');
  const [where, setWhere] = useState('');
  const [ms, setMs] = useState('1000');
  const [times, setTimes] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    const predicate = parseWhere(where);
    if (predicate === null) notice.value = 'A condition is written path=value, several with commas between';
    else command(node, { do: 'rule', rule: ruleOf({ action, actor, name, where: predicate, ms, times }) });
  };
  return (
    <form onSubmit={submit}>
      <div class="fields">
        <label class="field">
          <span>Action</span>
          <select value={action} onChange={event => setAction(event.currentTarget.value as Rule['action'])}>
            {ACTIONS.map(each => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <Text label="Message (all when empty)" value={name} set={setName} hint="*.StatusUpdateMessage" />
        <Text label="Where" value={where} set={setWhere} hint="status.state=TASK_RUNNING" />
        {action === 'delay' ? (
          <Text label="Milliseconds" value={ms} set={setMs} hint="1000" />
        ) : (
          <Text label="Times (always when empty)" value={times} set={setTimes} hint="1" />
        )}
      </div>
      <div class="buttons">
        <button type="submit" class="button small">
          Add rule
        </button>
      </div>
    </form>
  );
}

function InjectForm({ node, actor }: { readonly node: string; readonly actor: string }) {
  const [name, setName] = useState('');
  const [body, setBody] = useState('{}');
  const [from, setFrom] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    try {
      const sender = from === '' ? {} : { from };
      command(node, { do: 'inject', actor, name, body: JSON.parse(body), ...sender });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      notice.value = `The body is no JSON: ${error.message}`;
    }
  };
  return (
    <form onSubmit={submit}>
      <div class="fields">
        <Text label="Message" value={name} set={setName} hint="mesos.internal.PingSlaveMessage" />
        <Text label="As from (PID)" value={from} set={setFrom} hint="nobody" />
      </div>
      <label class="field">
        <span>Body (JSON)</span>
        <textarea rows={3} value={body} spellcheck={false} onInput={event => setBody(event.currentTarget.value)} />
      </label>
      <div class="buttons">
        <button type="submit" class="button small" disabled={name === ''}>
          Send
        </button>
      </div>
    </form>
  );
}

function Text({ label, value, set, hint }: { label: string; value: string; set(value: string): void; hint: string }) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="code"
        value={value}
        placeholder={hint}
        spellcheck={false}
        onInput={event => set(event.currentTarget.value)}
      />
    </label>
  );
}
