/**
 * One conversation with @openai/agents-realtime as it comes, over whichever transport: a tool, speech over the reply,
 * a cancel, a picture. Knows the SDK; the transport, the microphone and the picture are given.
 */

export function weatherTool(sdk, answer) {
  return sdk.tool({
    name: "get_weather",
    description: "Get the current weather for a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: true },
    strict: false,
    execute: async ({ city }) => ({ answer: answer(city) }),
  });
}

/** `tell(name, value)` reports; `speak(seconds)` makes the microphone loud; resolves when all was done. */
export async function converse({ sdk, transport, connect, speak, picture, tell }) {
  const long = (city) => `It is sunny in ${city} with a light wind from the west and no rain at all today.`;
  const agent = new sdk.RealtimeAgent({ name: "Test", instructions: "Be brief.", tools: [weatherTool(sdk, long)] });
  const session = new sdk.RealtimeSession(agent, { transport, tracingDisabled: true });
  const events = [];
  const waiting = new Set();
  session.on("transport_event", (event) => {
    events.push(event);
    tell("event", event.type === "response.output_audio.delta" ? { ...event, delta: "" } : event);
    for (const one of [...waiting]) one();
  });
  session.on("error", (error) => tell("error", String(error?.error?.message ?? JSON.stringify(error))));
  session.on("audio_interrupted", () => tell("interrupted", true));
  session.on("agent_tool_end", (_context, _agent, tool, result) => tell("tool", { name: tool.name, result }));

  const until = (found, what) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => done(reject, new Error(`${what} never came`)), 12000);
      const done = (settle, value) => {
        clearTimeout(late);
        waiting.delete(look);
        settle(value);
      };
      const look = () => {
        const event = found();
        if (event) done(resolve, event);
      };
      waiting.add(look);
      look();
    });
  const wait = (type, from = 0, holds = () => true) =>
    until(() => events.slice(from).find((event) => event.type === type && holds(event)), type);
  const pause = (ms) => new Promise((go) => setTimeout(go, ms));

  await connect(session);
  await wait("session.updated");

  speak(1.6);
  const spoken = await wait("response.output_audio_transcript.delta", 0, (event) => event.delta.includes("sunny"));
  await pause(900);

  let at = events.length;
  speak(1.6);
  await wait("input_audio_buffer.speech_started", at);
  const cut = await wait("conversation.item.truncated", at);
  tell("cut", { same: cut.item_id === spoken.item_id, ms: cut.audio_end_ms });
  const found = await wait("conversation.item.retrieved", at, (event) => event.item.id === spoken.item_id);
  tell("kept", found.item.content[0].transcript);
  await wait("response.created", at);
  await wait("response.output_audio_transcript.delta", at);
  await pause(300);
  session.interrupt();
  await pause(500);

  at = events.length;
  session.addImage(picture, { triggerResponse: false });
  session.sendMessage("what colour is this");
  const seen = await wait("response.output_audio_transcript.done", at);
  tell("seen", seen.transcript);
  await wait("response.done", at);
  await pause(200);
  tell("history", session.history.map((item) => [item.type, item.role ?? item.name, item.status]));
  session.close();
}
