//! What goes on between a program and its worker: one picture after the other, and a worker that breaks or hangs
//! is replaced and loses no picture.
//!
//! A machine of events and effects that knows no browser, no clock and no queue: programs tell it what they heard
//! and do what it says. The page uses this one, the JavaScript package one of its own (`web/js/src/session.ts`);
//! `tests/data/session.json` holds both to the same effects.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{DeviceReport, Reply};

/// How often a worker may break over one picture, or in a row without having captioned any.
pub const CHANCES: u32 = 2;
/// How long a worker may say nothing while it is at a picture before it counts as broken: a GPU computed by
/// software needs a minute for its first.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// What has happened. Pictures go by a number that stays theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename = "SessionEvent"))]
pub enum Event {
    /// The program begins.
    Open,
    /// The program wants this picture captioned. Asked while the session is free.
    Ask(u32),
    /// The worker hears.
    Listening,
    /// The worker said something else that shows that it lives.
    Alive,
    /// The worker can take pictures; whether it computes on a GPU.
    Ready {
        /// Not on the CPU.
        gpu: bool,
    },
    /// The worker has captioned a picture, or read it.
    Captioned(u32),
    /// The worker cannot caption a picture.
    Refused(u32),
    /// The captioner cannot be loaded, and why.
    Failed(String),
    /// The worker broke, ended, or said nothing for too long.
    Broke(String),
}

/// What to do about it, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename = "SessionEffect"))]
pub enum Effect {
    /// Start a worker; what the one before says concerns nobody any more.
    Start,
    /// Have it load the bundle.
    Load {
        /// Whatever device was chosen: the GPU is given up.
        on_cpu: bool,
    },
    /// Ask for another picture, if one waits.
    Next,
    /// Hand this picture to the worker.
    Send(u32),
    /// Give the worker [`PATIENCE`] from now on.
    Watch,
    /// Wait for nothing any more.
    Rest,
    /// Tell what was just heard of this picture.
    Tell(u32),
    /// Put this picture back, to be asked for again.
    Again(u32),
    /// Leave this picture out: the worker broke over it too often.
    Drop {
        /// The picture.
        id: u32,
        /// What happened the last time.
        reason: String,
    },
    /// Say that the worker is being replaced.
    Replace {
        /// Since it broke on a GPU, which is left alone from now on.
        on_cpu: bool,
    },
    /// Say that nothing goes any more, and why.
    End(String),
}

impl From<&Reply> for Event {
    fn from(reply: &Reply) -> Self {
        match reply {
            Reply::Listening => Self::Listening,
            Reply::Progress { .. } | Reply::Warming | Reply::Seen { .. } => Self::Alive,
            Reply::Ready { device, .. } => Self::Ready { gpu: on_gpu(device) },
            Reply::ReaderReady => Self::Ready { gpu: false },
            Reply::Captioned { id, .. } | Reply::Read { id, .. } => Self::Captioned(*id),
            Reply::Refused { id, .. } => Self::Refused(*id),
            Reply::Broken { reason } => Self::Broke(reason.clone()),
            Reply::Failed { reason, .. } => Self::Failed(reason.clone()),
        }
    }
}

fn on_gpu(device: &DeviceReport) -> bool {
    device.name != "CPU"
}

/// How far it has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Loading,
    Ready,
    Ended,
}

/// One program and its workers, of which there is one at a time.
#[derive(Debug, Clone, Default)]
pub struct Session {
    state: State,
    /// The picture in the worker's hands.
    picture: Option<u32>,
    /// How often the worker broke over pictures that have no answer yet.
    crashes: BTreeMap<u32, u32>,
    /// How often it broke since it last gave a caption.
    breaks: u32,
    /// Whether any worker was ever ready.
    proven: bool,
    /// Whether this one computes on a GPU.
    gpu: bool,
    lost: Option<String>,
}

impl Session {
    /// A session that has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the worker can take a picture.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.state == State::Ready && self.picture.is_none()
    }

    /// Whether nothing goes any more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// The picture in the worker's hands.
    #[must_use]
    pub fn picture(&self) -> Option<u32> {
        self.picture
    }

    /// Why the GPU has been given up, if it has.
    #[must_use]
    pub fn lost(&self) -> Option<&str> {
        self.lost.as_deref()
    }

    /// What to do about an event.
    #[must_use]
    pub fn on(&mut self, event: Event) -> Vec<Effect> {
        if self.has_ended() {
            return Vec::new();
        }
        match event {
            Event::Open => vec![Effect::Start],
            Event::Ask(id) if self.is_free() => {
                self.picture = Some(id);
                vec![Effect::Watch, Effect::Send(id)]
            }
            Event::Ask(_) => Vec::new(),
            Event::Listening => vec![Effect::Load { on_cpu: self.lost.is_some() }],
            Event::Alive => self.heard(),
            Event::Ready { gpu } => {
                (self.state, self.proven, self.gpu) = (State::Ready, true, gpu);
                vec![Effect::Next]
            }
            Event::Captioned(id) => {
                self.breaks = 0;
                self.answered(id)
            }
            Event::Refused(id) => self.answered(id),
            Event::Failed(reason) => {
                let rest = self.picture.map(|_| Effect::Rest);
                rest.into_iter().chain([self.end(reason)]).collect()
            }
            Event::Broke(reason) => self.broke(reason),
        }
    }

    /// A worker that says something is given time anew.
    fn heard(&self) -> Vec<Effect> {
        self.picture.map(|_| Effect::Watch).into_iter().collect()
    }

    fn answered(&mut self, id: u32) -> Vec<Effect> {
        if self.picture != Some(id) {
            return self.heard();
        }
        self.picture = None;
        self.crashes.remove(&id);
        vec![Effect::Rest, Effect::Tell(id), Effect::Next]
    }

    /// The worker cannot go on. A picture that it broke over twice is left out; a GPU that broke is left alone.
    fn broke(&mut self, reason: String) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.breaks += 1;
        if let Some(id) = self.picture.take() {
            effects.push(Effect::Rest);
            let crashes = self.crashes.entry(id).or_default();
            *crashes += 1;
            if *crashes < CHANCES {
                effects.push(Effect::Again(id));
            } else {
                self.crashes.remove(&id);
                self.breaks = 0;
                effects.push(Effect::Drop { id, reason: reason.clone() });
            }
        }
        if self.breaks > CHANCES || (!self.proven && self.breaks == CHANCES) {
            effects.push(self.end(reason));
            return effects;
        }
        effects.extend([Effect::Replace { on_cpu: self.gpu }, Effect::Start]);
        if self.gpu {
            self.lost = Some(reason);
        }
        (self.state, self.gpu) = (State::Loading, false);
        effects
    }

    fn end(&mut self, reason: String) -> Effect {
        self.state = State::Ended;
        Effect::End(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What both machines are held to.
    #[derive(Deserialize)]
    struct Transcript {
        replies: Vec<(serde_json::Value, Event)>,
        scenes: Vec<Scene>,
    }

    #[derive(Deserialize)]
    struct Scene {
        name: String,
        steps: Vec<(Event, Vec<Effect>)>,
    }

    fn transcript() -> Transcript {
        serde_json::from_str(include_str!("../../../tests/data/session.json")).unwrap()
    }

    #[test]
    fn the_session_does_what_the_transcript_says() {
        let Transcript { scenes, .. } = transcript();
        assert!(scenes.len() > 8);
        for Scene { name, steps } in scenes {
            let mut session = Session::new();
            for (place, (event, effects)) in steps.into_iter().enumerate() {
                assert_eq!(session.on(event.clone()), effects, "{name}: step {place}, {event:?}");
            }
        }
    }

    #[test]
    fn every_reply_is_an_event() {
        for (written, event) in transcript().replies {
            let reply: Reply = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(Event::from(&reply), event);
            // What the transcript says of a reply is what a worker would send.
            assert_eq!(serde_json::to_value(reply).unwrap(), written);
        }
    }

    #[test]
    fn a_session_tells_where_it_stands() {
        let mut session = Session::new();
        let mut on = |event| drop(session.on(event));
        for event in [Event::Open, Event::Listening, Event::Ready { gpu: true }, Event::Ask(3)] {
            on(event);
        }
        assert_eq!((session.is_free(), session.picture(), session.lost()), (false, Some(3), None));
        drop(session.on(Event::Broke("lost".into())));
        assert_eq!((session.is_free(), session.picture(), session.lost()), (false, None, Some("lost")));
        drop(session.on(Event::Failed("gone".into())));
        assert!(session.has_ended() && !session.is_free());
    }
}
