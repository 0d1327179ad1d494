import { createRouter, createWebHashHistory } from 'vue-router';
import OverviewView from './views/OverviewView.vue';

/**
 * The views by name. All but the first are loaded when they are opened. `nav` is the sidebar entry of a page that has none of
 * its own. The route is in the URL's fragment, so that the same build works over app:// and http://.
 */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'overview', component: OverviewView },
    { path: '/peers/:id?', name: 'peers', component: () => import('./views/PeersView.vue'), props: true },
    {
      path: '/sessions',
      name: 'sessions',
      component: () => import('./views/SessionsView.vue'),
      meta: { nav: 'peers' },
    },
    { path: '/why/:id?', name: 'why', component: () => import('./views/WhyView.vue'), props: true },
    { path: '/doctor/:tab?', name: 'doctor', component: () => import('./views/DoctorView.vue'), props: true },
    {
      path: '/discovery/:tab?',
      name: 'discovery',
      component: () => import('./views/DiscoveryView.vue'),
      props: true,
    },
    { path: '/inspector', name: 'inspector', component: () => import('./views/InspectorView.vue') },
    {
      path: '/nodes/banned',
      name: 'bans',
      component: () => import('./views/BansView.vue'),
      meta: { nav: 'nodes' },
    },
    {
      path: '/nodes/known/:id?',
      name: 'known',
      component: () => import('./views/KnownNodesView.vue'),
      props: true,
      meta: { nav: 'nodes' },
    },
    { path: '/nodes/:list?', name: 'nodes', component: () => import('./views/NodesView.vue'), props: true },
    { path: '/logs', name: 'logs', component: () => import('./views/LogsView.vue') },
    {
      path: '/identity',
      name: 'identity',
      component: () => import('./views/IdentityView.vue'),
      meta: { nav: 'settings' },
    },
    { path: '/settings', name: 'settings', component: () => import('./views/SettingsView.vue') },
    { path: '/:rest(.*)*', redirect: { name: 'overview' } },
  ],
});
