/// <reference types="vite/client" />

declare module '*.vue' {
  import type { DefineComponent } from 'vue';
  const component: DefineComponent<object, object, unknown>;
  export default component;
}

interface Window {
  /** The preload script's bridge; absent in a browser. */
  readonly enodeck?: import('../shared/api-channels.ts').DesktopBridge;
}
