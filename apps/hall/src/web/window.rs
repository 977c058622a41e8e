//! The window in which the pages are served from: it says where they are, and gives a new address of
//! the operator's page for each Enter.

use super::browser;
use super::routes::App;
use crate::disk::on_disk;
use crate::words::say::{no_randomness, say, tr, warn};
use floorlot::rules::Lang;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A line across the window.
const RULE: &str = "================================================================";

/// What the window says, and how.
#[derive(Clone)]
pub(super) struct Window {
    pub(super) port: u16,
    /// Whether pages are opened in the browser.
    pub(super) open: bool,
    /// The transcript, if a clerk reads the window of `floorlot-hall`.
    pub(super) desk: Option<PathBuf>,
    pub(super) lang: Lang,
}

/// The file in which `floorlot-hall` finds where the pages of this draw are, when it is started a
/// second time. There is no key in it.
pub(crate) fn address_file(transcript: &Path) -> PathBuf {
    on_disk::named_after(transcript, ".address.txt")
}

/// Opens a board once more, in a window of its own if there can be one.
pub(crate) fn board_again(address: &str) -> bool {
    browser::window(address) || browser::tab(address)
}

impl Window {
    fn board(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The pages are there: where, and where everything else is.
    pub(super) fn opens(&self) {
        let (lang, board) = (self.lang, self.board());
        let Some(transcript) = &self.desk else {
            return say(tr!(
                lang,
                "\nBoard, for the projector:  {board}",
                "\n大屏（投影）：{board}"
            ));
        };
        // A second start opens nothing if it cannot be written, and says so.
        let _ = std::fs::write(address_file(transcript), format!("{board}\n"));
        let folder = on_disk::folder_of(transcript).display();
        let file = transcript.file_name().unwrap_or_default().to_string_lossy();
        say(tr!(
            lang,
            "\n{RULE}\n\n  The draw is open. KEEP THIS WINDOW OPEN as long as it is held.\n\n{RULE}\n\nFolder:      {folder}\nTranscript:  {file}  (every line is in it at once)\nBoard:       {board}\n             Drag its window to the projector, and press F11 there.",
            "\n{RULE}\n\n  抽签已打开。进行期间【请勿关闭本窗口】。\n\n{RULE}\n\n文件夹：{folder}\n记录：  {file}（每一行都随时写入）\n大屏：  {board}\n        请把大屏窗口拖到投影仪上，再按 F11 全屏。"
        ));
    }

    /// Says the address that lets one page in, and opens it; the `first` time with the board.
    pub(super) fn operator(&self, app: &App, first: bool) {
        let lang = self.lang;
        let token = match app.new_token() {
            Ok(token) => token,
            Err(error) => return warn(no_randomness(error, lang)),
        };
        let operator = format!("{}operator#{token}", self.board());
        match self.desk {
            None => self.told(&operator),
            Some(_) => self.told_at_desk(&operator),
        }
        if !self.open {
            return;
        }
        let (board, lang) = (self.board(), self.lang);
        // Aside: a browser may take its time, and the hall waits for none.
        std::thread::spawn(move || {
            let opened = browser::tab(&operator) && (!first || browser::second(&board));
            if !opened {
                warn(tr!(
                    lang,
                    "No browser could be opened: open one, and type the addresses above.",
                    "未能打开浏览器：请自行打开浏览器，输入上面的网址。"
                ));
            }
        });
    }

    fn told(&self, operator: &str) {
        let lang = self.lang;
        say(tr!(lang, "Operator, works once:      {operator}", "操作页（一次有效）：{operator}"));
        say(tr!(
            lang,
            "Press Enter here for a new one; the old page then stops working. Ctrl-C ends; the same command goes on.",
            "在此按回车可换新地址，换用后旧页面即失效。Ctrl-C 结束；再次运行同一命令即可继续。"
        ));
    }

    fn told_at_desk(&self, operator: &str) {
        let lang = self.lang;
        let enter = match self.open {
            true => tr!(lang, "it opens again", "会重新打开"),
            false => tr!(lang, "there is a new address", "会给出新网址"),
        };
        say(tr!(
            lang,
            "Operator:    {operator}\n             It works once. Is the page closed? Press Enter here: {enter}, and the old page stops working.\n\nTo end:      press Ctrl-C, or close this window. All that is recorded is on the disk; start the program again, and the draw goes on.\n",
            "操作页：{operator}\n        此网址只能用一次。页面关掉了，就在本窗口按回车：{enter}，旧页面随即失效。\n\n结束：  按 Ctrl-C，或关闭本窗口。已记录的都在磁盘上；再次启动本程序，即从断处继续。\n"
        ));
    }

    /// A new address for each Enter.
    pub(super) fn listen(self, app: Arc<App>) {
        std::thread::spawn(move || {
            for _ in std::io::stdin().lines().map_while(Result::ok) {
                self.operator(&app, false);
            }
        });
    }
}
