import { createRouter, createWebHashHistory } from 'vue-router';
import DiscoveryView from './views/DiscoveryView.vue';
import LogsView from './views/LogsView.vue';
import NodesView from './views/NodesView.vue';
import OverviewView from './views/OverviewView.vue';
import PeersView from './views/PeersView.vue';
import SettingsView from './views/SettingsView.vue';

/** The views, by name. The history lives in the fragment, so that one build serves app:// and http:// alike. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'overview', component: OverviewView },
    { path: '/peers/:id?', name: 'peers', component: PeersView, props: true },
    { path: '/discovery', name: 'discovery', component: DiscoveryView },
    { path: '/nodes/:list?', name: 'nodes', component: NodesView, props: true },
    { path: '/logs', name: 'logs', component: LogsView },
    { path: '/settings', name: 'settings', component: SettingsView },
    { path: '/:rest(.*)*', redirect: { name: 'overview' } },
  ],
});
