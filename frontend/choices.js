/** Every sentence of the settings, of the first question and of asking a person. Knows no document. */

export const CHOICES = {
  first: {
    title: "How should Netra answer?",
    voice: ["Agent voice", "Netra speaks its answers. Captions show them too."],
    reader: ["My screen reader reads", "Netra is silent and writes. Also for reading along without sound."],
    later: "You can change this at any time: with the button Voice, or in the settings.",
  },
  mode: { label: "Voice", name: "Agent voice" },
  modes: {
    voice: "Agent voice on: Netra speaks its answers.",
    reader: "Agent voice off: Netra writes its answers, your screen reader reads them.",
  },
  settings: { label: "Settings", title: "Settings" },
  output: { title: "Answers", voice: "Agent voice: Netra speaks", reader: "My screen reader reads: Netra is silent" },
  speech: { title: "Voice", rate: "Speed", volume: "Volume", voice: "Voice", usual: "As the server has it" },
  rate: (value) => `${value.toFixed(2).replace(/0$/, "")} times`,
  volume: (value) => `${Math.round(value * 100)} percent`,
  detail: { title: "Length of answers", brief: "Brief", normal: "Normal", detailed: "Detailed" },
  turns: {
    title: "Taking turns",
    hold: "Push to talk: hold Talk, or the space bar, while you speak. A short press starts, the next one sends",
    strict: "Take turns strictly: Netra does not listen while it speaks. For a loudspeaker that it hears itself from",
  },
  signs: {
    title: "Short sounds",
    open: "The line opens, Netra listens",
    heard: "Your turn was heard",
    thinking: "An answer takes longer",
    lost: "The line is lost",
    problem: "Something fails",
    vibrate: "Vibrate with them, where the device can",
  },
  kept: "Kept in this browser only.",
  forget: "Forget my settings",
  forgotten: "Your settings are forgotten.",
  close: "Close settings",
  send: "Tap to send",
  person: {
    ask: (name) => `Ask ${name}`,
    request: "Ask a person for help.",
    offer: (name) => `Call ${name}`,
    offered: (name) => `The link to call ${name} is there, after the buttons. Nothing happens before you press it.`,
    yes: "Yes",
    no: "No",
  },
};
