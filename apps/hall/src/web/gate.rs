//! Who is connected. However many sockets are opened on this machine, a new connection is always
//! accepted: the oldest of those that nobody needs gives way to it. Boards that are shown, and the
//! operator's connections, never do.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Sleep;

/// All connections at once: less than the smallest limit on open files of the usual systems (256),
/// with room for the files of the draw.
const CONNECTIONS: usize = 128;

/// Boards at once: the hall, the corridor, and the screens of the office.
pub(crate) const BOARDS: usize = 64;

/// Streams of the operator's page at once: those before a reload may still be closing.
const OPERATORS: usize = 8;

/// How long a connection may take nothing of what is written to it.
const STUCK: Duration = Duration::from_secs(15);

/// Places for streams of events; one that is dropped, or whose connection ends, gives its place
/// back.
pub(crate) struct Places {
    boards: Arc<Semaphore>,
    operators: Arc<Semaphore>,
}

impl Places {
    pub(crate) fn new() -> Places {
        let places = |count| Arc::new(Semaphore::new(count));
        Places { boards: places(BOARDS), operators: places(OPERATORS) }
    }

    /// A place, if one is free. Those of the operator do not count among the boards.
    pub(crate) fn take(&self, operator: bool) -> Option<OwnedSemaphorePermit> {
        let places = if operator { &self.operators } else { &self.boards };
        Arc::clone(places).try_acquire_owned().ok()
    }
}

/// One connection, as the requests on it see it.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    stays: Arc<AtomicBool>,
}

impl Guest {
    /// This connection never gives way to another one from now on.
    pub(crate) fn keep(&self) {
        self.stays.store(true, Ordering::Relaxed);
    }
}

impl Connected<IncomingStream<'_, Gate>> for Guest {
    fn connect_info(stream: IncomingStream<'_, Gate>) -> Guest {
        stream.remote_addr().clone()
    }
}

/// The connections by their numbers, the oldest first.
#[derive(Default)]
struct Guests {
    last: u64,
    there: BTreeMap<u64, Seat>,
}

struct Seat {
    guest: Guest,
    /// When this is dropped, the connection ends.
    _leave: oneshot::Sender<()>,
}

impl Guests {
    /// Ends the oldest connection that may give way; whether there was one.
    fn make_room(&mut self) -> bool {
        let oldest = self
            .there
            .iter()
            .find(|(_, seat)| !seat.guest.stays.load(Ordering::Relaxed))
            .map(|(number, _)| *number);
        oldest.is_some_and(|number| self.there.remove(&number).is_some())
    }
}

/// The socket that listens.
pub(crate) struct Gate {
    listener: TcpListener,
    guests: Arc<Mutex<Guests>>,
}

impl Gate {
    pub(crate) fn new(listener: TcpListener) -> Gate {
        Gate { listener, guests: Arc::default() }
    }

    fn seat(&self, stream: TcpStream) -> Option<(Wire, Guest)> {
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        if guests.there.len() >= CONNECTIONS && !guests.make_room() {
            return None;
        }
        guests.last += 1;
        let (number, guest) = (guests.last, Guest { stays: Arc::new(AtomicBool::new(false)) });
        let (sender, leave) = oneshot::channel();
        guests.there.insert(number, Seat { guest: guest.clone(), _leave: sender });
        Some((Wire { stream, leave, stuck: None, number, guests: Arc::clone(&self.guests) }, guest))
    }
}

impl Listener for Gate {
    type Io = Wire;
    type Addr = Guest;

    async fn accept(&mut self) -> (Wire, Guest) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    if let Some(seated) = self.seat(stream) {
                        return seated;
                    }
                }
                // No more files can be opened, say: somebody gives way, and it is tried again.
                Err(_) => {
                    self.guests.lock().unwrap_or_else(PoisonError::into_inner).make_room();
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Guest> {
        self.listener.local_addr().map(|_| Guest { stays: Arc::new(AtomicBool::new(true)) })
    }
}

/// The bytes of one connection, until it is told to leave or takes nothing any more.
pub(crate) struct Wire {
    stream: TcpStream,
    leave: oneshot::Receiver<()>,
    stuck: Option<Pin<Box<Sleep>>>,
    number: u64,
    guests: Arc<Mutex<Guests>>,
}

impl Wire {
    fn told_to_leave(&mut self, context: &mut Context<'_>) -> bool {
        Pin::new(&mut self.leave).poll(context).is_ready()
    }

    /// The result of a write; an error if nothing was taken for too long.
    fn written<T>(
        &mut self,
        result: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.stuck = None;
            return result;
        }
        let sleep = self.stuck.get_or_insert_with(|| Box::pin(tokio::time::sleep(STUCK)));
        match sleep.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner).there.remove(&self.number);
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.told_to_leave(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.told_to_leave(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(result, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
