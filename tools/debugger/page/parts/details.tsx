/**
 * The pane at the right: what is selected, or nothing.
 */
import { idOf } from '../../../../libprocess/trace.ts';
import { shortName } from '../model/format.ts';
import { go, place, store, version } from '../state.ts';
import { ActorDetails } from './actor-details.tsx';
import { EventDetails } from './event-details.tsx';

export function Details() {
  const { event, actor } = place.value;
  if (event === '' && actor === '') return null;
  if (event !== '' && store.get(event) === undefined) version.value;
  const title = event !== '' ? shortName(store.get(event)?.event.name ?? 'Event') : idOf(actor) || actor;
  return (
    <aside class="details" aria-label="Details">
      <header>
        <h2 class="grow">{title}</h2>
        <button
          type="button"
          class="button small quiet"
          aria-label="Close details"
          onClick={() => go({ event: '', actor: '' })}
        >
          ✕
        </button>
      </header>
      <div class="body" key={event || actor}>
        {event !== '' ? <EventDetails id={event} /> : <ActorDetails pid={actor} />}
      </div>
    </aside>
  );
}
