/**
 * The debugger's page: who sent what to whom, and why it took so long.
 */
import { render } from 'preact';
import { Details } from './parts/details.tsx';
import { Help } from './parts/help.tsx';
import { listenToKeys } from './parts/keys.ts';
import { StatusBar } from './parts/status-bar.tsx';
import { TopBar } from './parts/top-bar.tsx';
import { place, start } from './state.ts';
import './styles/tokens.css';
import './styles/page.css';
import './styles/lists.css';
import './styles/details.css';
import './styles/diagrams.css';
import './styles/forms.css';
import { followTheme } from './theme.ts';
import { ActorsView } from './views/actors-view.tsx';
import { EventsView } from './views/events-view.tsx';
import { MapView } from './views/map-view.tsx';
import { NodesView } from './views/nodes-view.tsx';
import { SequenceView } from './views/sequence-view.tsx';
import { TimelineView } from './views/timeline-view.tsx';

const VIEWS = {
  map: MapView,
  actors: ActorsView,
  events: EventsView,
  sequence: SequenceView,
  timeline: TimelineView,
  nodes: NodesView,
};

function Page() {
  const View = VIEWS[place.value.view];
  return (
    <div class="app">
      <TopBar />
      <main class="main">
        <View />
        <Details />
      </main>
      <StatusBar />
      <Help />
    </div>
  );
}

followTheme();
listenToKeys();
start();
render(<Page />, document.querySelector('#page') as Element);
