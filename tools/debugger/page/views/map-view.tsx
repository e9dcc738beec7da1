/**
 * The map.
 */
import { StartHint } from '../parts/start-hint.tsx';

export function MapView() {
  return <StartHint what="Map" />;
}
