/** @openai/agents-realtime in Node over WebSocket: `node agents_ws.mjs URL PICTURE`, JSON lines out. */

import { pathToFileURL } from "node:url";
import { converse } from "./conversation.mjs";

const [modules, url, picture] = process.argv.slice(2);
const sdk = await import(pathToFileURL(`${modules}/@openai/agents-realtime/dist/index.mjs`).href);
const RATE = 24000;
const CHUNK_MS = 40;

const tell = (name, value) => console.log(JSON.stringify({ [name]: value }));
let loud = 0;

function chunk() {
  const samples = new Int16Array((RATE * CHUNK_MS) / 1000);
  if (loud > 0) samples.forEach((_, i) => (samples[i] = 9000 * Math.sin((i * 2 * Math.PI * 200) / RATE)));
  loud -= CHUNK_MS / 1000;
  return samples.buffer;
}

const transport = new sdk.OpenAIRealtimeWebSocket({ url });
let microphone;
await converse({
  sdk,
  transport,
  picture,
  tell,
  speak: (seconds) => (loud = seconds),
  connect: async (session) => {
    await session.connect({ apiKey: "any" });
    microphone = setInterval(() => transport.status === "connected" && session.sendAudio(chunk()), CHUNK_MS);
  },
});
clearInterval(microphone);

const again = new sdk.RealtimeSession(new sdk.RealtimeAgent({ name: "Again" }), {
  transport: new sdk.OpenAIRealtimeWebSocket({ url }),
  tracingDisabled: true,
});
again.on("error", (error) => tell("error", JSON.stringify(error)));
const answered = new Promise((go) => again.on("agent_end", (_context, _agent, text) => go(text)));
await again.connect({ apiKey: "any" });
again.sendMessage("hello");
tell("again", await answered);
again.close();
process.exit(0);
