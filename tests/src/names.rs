//! Host names as tests want them: those that are told, and no others.

use counterfoil_server::webhooks::{Resolver, Resolving};
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What names lead to.
#[derive(Debug, Default)]
pub struct Names(Mutex<HashMap<String, Name>>);

#[derive(Debug, Default)]
struct Name {
    /// One after the other; the last of them stays.
    answers: Vec<Vec<IpAddr>>,
    asked: usize,
}

impl Names {
    /// Lets a name lead to these addresses each time that it is asked for, one after the other; the
    /// last of them stays.
    pub fn lead(&self, name: &str, answers: &[&[&str]]) {
        let read = |address: &&str| address.parse().expect("an address");
        let answers = answers.iter().map(|addresses| addresses.iter().map(read).collect());
        let name_of = Name { answers: answers.collect(), asked: 0 };
        self.names().insert(name.to_owned(), name_of);
    }

    /// How often a name was asked for since it was told.
    pub fn asked(&self, name: &str) -> usize {
        self.names().get(name).map_or(0, |name| name.asked)
    }

    fn names(&self) -> MutexGuard<'_, HashMap<String, Name>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolver for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        let found = self.names().get_mut(host).and_then(|name| {
            let last = name.answers.len().saturating_sub(1);
            let place = name.asked.min(last);
            name.asked = name.asked.saturating_add(1);
            name.answers.get(place).cloned()
        });
        let unknown = || io::Error::new(io::ErrorKind::NotFound, "there is no such host");
        Box::pin(async move { found.ok_or_else(unknown) })
    }
}
