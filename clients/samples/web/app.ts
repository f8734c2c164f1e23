// A phone in fifty lines. Open it as /?user=ann&service=http://localhost:5080, and as somebody else in another window.
import { CallClient, createStores } from '@orleanscalls/client';
import type { Session } from '@orleanscalls/client';

const $ = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const query = new URLSearchParams(location.search);
const userId = query.get('user') ?? 'ann';
const client = new CallClient({
  url: query.get('service') ?? 'http://localhost:5080',
  userId,
  deviceId: `web-${userId}`,
  token: async () => (await fetch(`/call-token?user=${userId}`)).text(),
});

// Without media: the connection, who rings, and what is going on.
const { connection, ringing, current } = createStores(client);
let call: Session | undefined;
let rings: Session | undefined;
connection.subscribe(state => $('status').textContent = state);
ringing.subscribe(shot => {
  rings = shot?.session;
  $('incoming').hidden = !shot;
  $('caller').textContent = shot ? `${shot.others[0]!.name} is calling` : '';
});
client.on('ended', ({ reason }) => $('status').textContent = `over: ${reason}`);
client.on('error', error => $('status').textContent = `${error.code}: ${error.message}`);
const run = (work: Promise<unknown> | undefined) => work?.catch((error: Error) => $('status').textContent = error.message);
$('start').onsubmit = event => {
  event.preventDefault();
  run(client.startCall({ calleeIds: [$<HTMLInputElement>('callee').value], media: 'video' }));
};
$('accept').onclick = () => run(rings?.accept());
$('decline').onclick = () => run(rings?.reject());
$('end').onclick = () => run(call?.end());

// With media: both pictures, and mute.
current.subscribe(shot => {
  call = shot?.session;
  $('talking').hidden = !call;
  if (call?.call.state === 'active')
    $('status').textContent = `talking with ${call.others[0]!.name}`;
  show($('local'), call?.media.isOpen ? call.media.stream : null);
  show($('remote'), call?.media.peer(call.others[0]!.userId)?.remote ?? null);
});
$('mute').onclick = () => call?.media.setMuted(!call.media.muted);
client.on('device', ({ kind, change, label }) => $('status').textContent = `${kind}: ${change} ${label ?? ''}`);

function show(video: HTMLVideoElement, stream: MediaStream | null): void {
  if (video.srcObject !== stream)
    video.srcObject = stream;
}
client.connect();
