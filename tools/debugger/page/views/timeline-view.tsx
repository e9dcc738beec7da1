/**
 * The timeline.
 */
import { StartHint } from '../parts/start-hint.tsx';

export function TimelineView() {
  return <StartHint what="Timeline" />;
}
