//! `serve`: the draw on two pages in a browser of this machine, one for the projector and one for
//! the operator.
//!
//! The pages stand in this program and load nothing from anywhere. The board is read only; the
//! operator's page is let in by a token that is printed here and works once. What stops the browser
//! stops nothing else: `run` goes on with the same transcript.

mod act;
mod answers;
mod bring;
mod browser;
mod buildings;
mod chances;
mod door;
mod draft;
pub(crate) mod files;
mod find;
mod gate;
mod hall;
pub mod pace;
mod routes;
mod setup;
pub mod turn;
mod upload;
mod view;
pub(crate) mod window;

use crate::disk::on_disk;
use crate::words::clock::Clock;
use crate::words::say::{Stop, Told, print_apart, tr, warn};
use act::BoardLang;
use answers::Answers;
use clap::Args;
use door::Door;
use floorlot::rules::Lang;
use gate::{Gate, Guest};
use hall::{Hall, Opening};
use routes::App;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
#[cfg(any(unix, windows))]
use std::task::Poll;
use tokio::net::TcpListener;
use window::Window;

/// The port where none is asked for.
const PORT: u16 = 8420;

/// What `serve` is given.
#[derive(Args)]
pub(crate) struct ServeArgs {
    /// The transcript; if it is there already, the draw goes on where it ends · 记录文件；已存在则从断处继续
    #[arg(long, value_name = "FILE", default_value = "transcript.jsonl")]
    out: PathBuf,
    /// The plan to begin with; it can also be loaded on the page · 方案文件；也可在页面上载入
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// A second folder (a stick, say) for a copy of the transcript as it grows · 第二份副本的文件夹（如 U 盘）
    #[arg(long, value_name = "DIR")]
    copy: Option<PathBuf>,
    /// The transcript here is lost or shorter: bring it back from the second folder, whole, and go
    /// on · 本机记录丢失或不全：先从副本整份拷回再继续
    #[arg(long, requires = "copy")]
    from_copy: bool,
    /// The answer of a verifier that follows the draw (`verify_transcript --follow … --answer FILE`),
    /// for the board; more than one may be named · 边写边核对的验证程序写出的结论文件，显示在大屏上，可多次给出
    #[arg(long, value_name = "FILE")]
    answer: Vec<PathBuf>,
    /// The secret key of the log that the plan names: it signs every checkpoint · 方案所写日志公钥的私钥文件，用于签署每个检查点
    #[arg(long, value_name = "FILE")]
    log_key: Option<PathBuf>,
    /// The port; 0 takes a free one · 端口，0 为任选
    #[arg(long, value_name = "PORT", default_value_t = PORT)]
    port: u16,
    /// Open both pages in the browser of this machine · 在本机浏览器中打开两个页面
    #[arg(long)]
    open: bool,
    /// Whether the window is that of `floorlot-hall`.
    #[arg(skip)]
    desk: bool,
    /// Write no time stamps; the clock of a choice is not shown then · 不写时间，也不显示选房倒计时
    #[arg(long)]
    no_clock: bool,
    /// The language of the board: zh, en or both (default: that of the program) · 大屏的语言，both 为中英对照
    #[arg(long, value_enum, value_name = "zh|en|both", hide_possible_values = true)]
    board_lang: Option<BoardLang>,
}

impl ServeArgs {
    /// What `floorlot-hall` gives: a transcript, perhaps the plan to begin with, and whether the
    /// browser is opened. All else is as it is without options.
    pub(crate) fn for_desk(out: PathBuf, plan: Option<PathBuf>, open: bool) -> ServeArgs {
        ServeArgs {
            out,
            plan,
            copy: None,
            from_copy: false,
            answer: Vec::new(),
            log_key: None,
            port: PORT,
            open,
            desk: true,
            no_clock: false,
            board_lang: None,
        }
    }
}

/// Opens the hall, until the program is stopped.
pub(crate) fn serve(args: &ServeArgs, lang: Lang) -> Result<(), Stop> {
    let out = on_disk::absolute(&args.out, lang)?;
    let copy = args.copy.as_deref().map(|folder| on_disk::absolute(folder, lang)).transpose()?;
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder).map_err(|error| Stop::file(lang, folder, error))?;
    }
    let (copy, from_copy, stamps) = (copy.as_deref(), args.from_copy, !args.no_clock);
    let mut hall = Hall::open(
        &Opening {
            transcript: &out,
            copy,
            from_copy,
            stamps,
            clock: Clock::SYSTEM,
            log_key: args.log_key.as_deref(),
            board_lang: args.board_lang,
        },
        lang,
    )?;
    if let Some(plan) = &args.plan {
        let bytes =
            on_disk::read(plan).map_err(|error| left(&mut hall, Stop::file(lang, plan, error)))?;
        same_or_load(&mut hall, plan, &bytes, lang).map_err(|stop| left(&mut hall, stop))?;
    }
    print_apart();
    let failed = |error: std::io::Error| {
        let error = error.told(lang);
        Stop::Failed(tr!(lang, "cannot serve: {error}", "无法提供页面：{error}"))
    };
    let runtime = tokio::runtime::Runtime::new().map_err(|error| left(&mut hall, failed(error)))?;
    runtime.block_on(async {
        let listener = bind(args, lang).await.map_err(|stop| left(&mut hall, stop))?;
        let port = listener.local_addr().map_err(failed)?.port();
        let app = Arc::new(App::new(hall, Door::new(port), Answers::new(&args.answer), lang));
        let desk = args.desk.then(|| out.clone());
        let window = Window { port, open: args.open, desk, lang };
        window.opens();
        app.watch();
        app.hear();
        app.draw_on();
        window.operator(&app, true);
        window.listen(Arc::clone(&app));
        tokio::spawn(leave(Arc::clone(&app)));
        axum::serve(
            Gate::new(listener),
            routes::router(app).into_make_service_with_connect_info::<Guest>(),
        )
        .await
        .map_err(failed)
    })
}

/// Ctrl-C, and the end of the session: what is recorded and not on the disk is written before the
/// program ends. The stick is not waited for.
async fn leave(app: Arc<App>) {
    if told_to_end().await.is_ok() {
        let rescued = tokio::task::spawn_blocking(move || app.rescue()).await;
        rescued.ok().flatten().iter().for_each(warn);
        std::process::exit(130);
    }
}

#[cfg(unix)]
async fn told_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut end, mut away) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
        signal(SignalKind::hangup())?,
    );
    std::future::poll_fn(|cx| {
        match (interrupt.poll_recv(cx), end.poll_recv(cx), away.poll_recv(cx)) {
            (Poll::Pending, Poll::Pending, Poll::Pending) => Poll::Pending,
            _ => Poll::Ready(Ok(())),
        }
    })
    .await
}

/// There a window that is closed, and the end of the session, are signals of their own.
#[cfg(windows)]
async fn told_to_end() -> std::io::Result<()> {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
    let (mut interrupt, mut halt, mut close) = (ctrl_c()?, ctrl_break()?, ctrl_close()?);
    let (mut away, mut end) = (ctrl_logoff()?, ctrl_shutdown()?);
    std::future::poll_fn(|cx| {
        let told = [
            interrupt.poll_recv(cx),
            halt.poll_recv(cx),
            close.poll_recv(cx),
            away.poll_recv(cx),
            end.poll_recv(cx),
        ];
        if told.iter().all(Poll::is_pending) { Poll::Pending } else { Poll::Ready(Ok(())) }
    })
    .await
}

#[cfg(not(any(unix, windows)))]
async fn told_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

async fn bind(args: &ServeArgs, lang: Lang) -> Result<TcpListener, Stop> {
    let (port, at) = (args.port, |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)));
    let bound = match at(port).await {
        // A clerk types no address: the page opens wherever there is room.
        Err(_) if args.desk => at(0).await,
        bound => bound,
    };
    bound.map_err(|error| {
        let error = error.told(lang);
        Stop::Failed(tr!(
            lang,
            "port {port}: {error}; is another draw open? Name another one with --port",
            "端口 {port}：{error}；是否已打开另一场抽签？可用 --port 另选"
        ))
    })
}

/// The way out before there are pages: what the program read, and its file does not have any more,
/// is written before it ends.
fn left(hall: &mut Hall, stop: Stop) -> Stop {
    match (stop, hall.rescue()) {
        (Stop::Failed(why), Some(rescued)) => Stop::Failed(format!("{why}\n{rescued}")),
        (stop, _) => stop,
    }
}

/// Loads the plan, unless it is that of the draw that is there already.
fn same_or_load(
    hall: &mut Hall,
    path: &std::path::Path,
    bytes: &[u8],
    lang: Lang,
) -> Result<(), Stop> {
    // A draw that stands still already, from what happened while it was opened, is one too.
    if matches!(hall.state, hall::State::Draw(_) | hall::State::Broken(_)) {
        let there = crate::disk::on_disk::read(&hall.files.plan)
            .map_err(|error| Stop::file(lang, &hall.files.plan, error))?;
        if there == bytes {
            return Ok(());
        }
        let other = tr!(
            lang,
            "the transcript is that of another plan; name another --out",
            "这份记录属于另一个方案；请用 --out 另指文件"
        );
        return Err(Stop::file(lang, path, other));
    }
    crate::disk::plan_file::read_plan(path, lang)?; // what is wrong with it is told there
    hall.load(bytes).map_err(|why| Stop::file(lang, path, why))
}
