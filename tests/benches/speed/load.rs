//! Callers that ask one thing after another over connections that stay open.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Callers of one server.
pub(crate) struct Load {
    address: String,
    callers: usize,
    /// The header that shows a token, with its line's end.
    authorization: String,
}

impl Load {
    pub(crate) fn new(address: &str, callers: usize) -> Self {
        Self { address: address.to_owned(), callers, authorization: String::new() }
    }

    /// The same, each with a token.
    pub(crate) fn with_token(self, token: &str) -> Self {
        Self { authorization: format!("authorization: Bearer {token}\r\n"), ..self }
    }

    /// Has every caller ask for `time`; gives how many calls were answered with a result.
    pub(crate) async fn run(
        &self,
        time: Duration,
        call: &(dyn Fn(usize) -> String + Sync),
    ) -> usize {
        let stop = AtomicBool::new(false);
        let turns = AtomicUsize::new(0);
        let done = AtomicUsize::new(0);
        let caller = async || {
            let mut stream = TcpStream::connect(&self.address).await.expect("a connection");
            stream.set_nodelay(true).expect("no delay");
            let mut reply = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let body = call(turns.fetch_add(1, Ordering::Relaxed));
                let head = "POST /rpc HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
                let (token, length) = (&self.authorization, body.len());
                let request = format!("{head}{token}content-length: {length}\r\n\r\n{body}");
                stream.write_all(request.as_bytes()).await.expect("a sent request");
                read_reply(&mut stream, &mut reply).await;
                assert!(contains(&reply, b"\"result\""), "{}", String::from_utf8_lossy(&reply));
                done.fetch_add(1, Ordering::Relaxed);
            }
        };
        let callers = futures_util::future::join_all((0..self.callers).map(|_| caller()));
        let timer = async {
            tokio::time::sleep(time).await;
            stop.store(true, Ordering::Relaxed);
        };
        tokio::join!(callers, timer);
        done.load(Ordering::Relaxed)
    }
}

async fn read_reply(stream: &mut TcpStream, reply: &mut Vec<u8>) {
    reply.clear();
    let mut expected = usize::MAX;
    while reply.len() < expected {
        assert_ne!(stream.read_buf(reply).await.expect("a reply"), 0, "the server hung up");
        if expected == usize::MAX
            && let Some(end) = reply.windows(4).position(|window| window == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&reply[..end]).to_ascii_lowercase();
            let length = head.split("content-length: ").nth(1).expect("a length");
            let digits: String = length.chars().take_while(char::is_ascii_digit).collect();
            expected = end + 4 + digits.parse::<usize>().expect("a number");
        }
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Seconds of processor time that a process has used.
pub(crate) fn cpu_seconds(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
    // The program's name may hold spaces; what follows its bracket does not.
    let (_, fields) = stat.rsplit_once(')').expect("a name");
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u32 = ticks.map(|field| field.parse::<u32>().expect("ticks")).sum();
    // Linux tells these in hundredths of a second, whatever its clock does.
    f64::from(ticks) / 100.0
}
