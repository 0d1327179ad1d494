import { createRouter, createWebHashHistory } from 'vue-router';
import BansView from './views/BansView.vue';
import DoctorView from './views/DoctorView.vue';
import DiscoveryView from './views/DiscoveryView.vue';
import IdentityView from './views/IdentityView.vue';
import InspectorView from './views/InspectorView.vue';
import KnownNodesView from './views/KnownNodesView.vue';
import LogsView from './views/LogsView.vue';
import NodesView from './views/NodesView.vue';
import OverviewView from './views/OverviewView.vue';
import PeersView from './views/PeersView.vue';
import SessionsView from './views/SessionsView.vue';
import SettingsView from './views/SettingsView.vue';
import WhyView from './views/WhyView.vue';

/**
 * The views by name. `nav` is the sidebar entry of a page that has none of its own. The route is in the URL's fragment, so
 * that the same build works over app:// and http://.
 */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'overview', component: OverviewView },
    { path: '/peers/:id?', name: 'peers', component: PeersView, props: true },
    { path: '/sessions', name: 'sessions', component: SessionsView, meta: { nav: 'peers' } },
    { path: '/why/:id?', name: 'why', component: WhyView, props: true },
    { path: '/doctor/:tab?', name: 'doctor', component: DoctorView, props: true },
    { path: '/discovery/:tab?', name: 'discovery', component: DiscoveryView, props: true },
    { path: '/inspector', name: 'inspector', component: InspectorView },
    { path: '/nodes/banned', name: 'bans', component: BansView, meta: { nav: 'nodes' } },
    {
      path: '/nodes/known/:id?',
      name: 'known',
      component: KnownNodesView,
      props: true,
      meta: { nav: 'nodes' },
    },
    { path: '/nodes/:list?', name: 'nodes', component: NodesView, props: true },
    { path: '/logs', name: 'logs', component: LogsView },
    { path: '/identity', name: 'identity', component: IdentityView, meta: { nav: 'settings' } },
    { path: '/settings', name: 'settings', component: SettingsView },
    { path: '/:rest(.*)*', redirect: { name: 'overview' } },
  ],
});
