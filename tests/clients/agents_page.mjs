/** @openai/agents-realtime in a browser over WebRTC: the page's own script. Its microphone is a tone that can be switched. */

import * as sdk from "/sdk.mjs";
import { converse } from "/conversation.mjs";

function microphone() {
  const context = new AudioContext();
  const [tone, volume, out] = [context.createOscillator(), context.createGain(), context.createMediaStreamDestination()];
  tone.frequency.value = 200;
  volume.gain.value = 0;
  tone.connect(volume).connect(out);
  tone.start();
  const speak = (seconds) => {
    volume.gain.value = 0.3;
    setTimeout(() => (volume.gain.value = 0), seconds * 1000);
  };
  return { stream: out.stream, speak };
}

window.play = async (baseUrl, picture) => {
  const { stream, speak } = microphone();
  const transport = new sdk.OpenAIRealtimeWebRTC({ baseUrl, mediaStream: stream, useInsecureApiKey: true });
  await converse({
    sdk,
    transport,
    speak,
    picture,
    tell: (name, value) => window.tell(JSON.stringify({ [name]: value })),
    connect: (session) => session.connect({ apiKey: "any" }),
  });
  const again = new sdk.RealtimeSession(new sdk.RealtimeAgent({ name: "Again" }), {
    transport: new sdk.OpenAIRealtimeWebRTC({ baseUrl, mediaStream: stream, useInsecureApiKey: true }),
    tracingDisabled: true,
  });
  const answered = new Promise((go) => again.on("agent_end", (_context, _agent, text) => go(text)));
  await again.connect({ apiKey: "any" });
  again.sendMessage("hello");
  window.tell(JSON.stringify({ again: await answered }));
  again.close();
};
