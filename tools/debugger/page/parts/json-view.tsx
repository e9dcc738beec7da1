/**
 * A JSON value as a tree that opens and closes. Marks of what was cut (`[circular]`, `… (500 items)`) stand out.
 */
const OPEN_DEPTH = 2;
const MARK = /^(\[(circular|deeper|secret|\d+ bytes|over \d+ bytes)\]|… \()/;

interface JsonProps {
  readonly value: unknown;
  readonly name?: string | undefined;
  readonly depth?: number;
}

export function JsonView({ value, name, depth = 0 }: JsonProps) {
  if (depth === 0) {
    return (
      <div class="json">
        <JsonNode value={value} name={name} depth={0} />
      </div>
    );
  }
  return <JsonNode value={value} name={name} depth={depth} />;
}

function JsonNode({ value, name, depth = 0 }: JsonProps) {
  const key = name === undefined ? null : <span class="key">{name}: </span>;
  if (typeof value !== 'object' || value === null) {
    return (
      <div>
        {key}
        <Scalar value={value} />
      </div>
    );
  }
  const entries = Object.entries(value);
  const summary = Array.isArray(value) ? `[${entries.length}]` : entries.length === 0 ? '{}' : `{${entries.length}}`;
  if (entries.length === 0) {
    return (
      <div>
        {key}
        <span class="mark">{Array.isArray(value) ? '[]' : '{}'}</span>
      </div>
    );
  }
  return (
    <details open={depth < OPEN_DEPTH}>
      <summary>
        {key}
        <span class="mark">{summary}</span>
      </summary>
      <div class="inside">
        {entries.map(([field, inner]) => (
          <JsonNode key={field} name={field} value={inner} depth={depth + 1} />
        ))}
      </div>
    </details>
  );
}

function Scalar({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') {
    return MARK.test(value) ? <span class="mark">{value}</span> : <span class="text">"{value}"</span>;
  }
  return <span class="plain">{String(value)}</span>;
}
