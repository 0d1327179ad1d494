import {
  Activity,
  AlignLeft,
  Ban,
  Copy,
  Download,
  Hash,
  MessageSquareText,
  Pin,
  PinOff,
  Plug,
  Route,
  ScrollText,
  Send,
  ShieldCheck,
  ShieldOff,
  Shuffle,
  Unplug,
} from '@lucide/vue';
import type { Component } from 'vue';
import type { NodeAction } from '../../model/node-menu.ts';

/** The icon of each action on a node. */
export const NODE_ICONS: Readonly<Record<NodeAction, Component>> = {
  dial: Plug,
  makeStatic: Pin,
  dropStatic: PinOff,
  makeTrusted: ShieldCheck,
  dropTrusted: ShieldOff,
  trace: Route,
  request: Send,
  inspect: AlignLeft,
  test: Activity,
  record: ScrollText,
  lookup: Shuffle,
  talk: MessageSquareText,
  copyEnode: Copy,
  copyEnr: Copy,
  copyId: Hash,
  copyAddress: Copy,
  export: Download,
  disconnect: Unplug,
  ban: Ban,
};
