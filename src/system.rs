//! Errors of the operating system in both languages: what the system says itself is English on one
//! machine, and something else on the next.

use crate::rules::Phrase;
use std::io::{self, ErrorKind};

/// What went wrong, in both languages. An error that nobody foresaw shows its number.
///
/// ```
/// use floorlot::system::io_words;
/// use std::io::{Error, ErrorKind};
/// assert_eq!(io_words(&Error::from(ErrorKind::StorageFull)).zh, "磁盘已满");
/// assert_eq!(io_words(&Error::from_raw_os_error(9_999)).zh, "系统错误 9999");
/// ```
pub fn io_words(error: &io::Error) -> Phrase {
    let number =
        |code: i32| of_number(code).map_or_else(|| format!("系统错误 {code}"), str::to_owned);
    let zh = match (of_kind(error.kind()), error.raw_os_error(), error.get_ref()) {
        (Some(zh), ..) => zh.to_owned(),
        (None, Some(code), _) => number(code),
        // What this project said itself is in the language of the reader already.
        (None, None, Some(inner)) if !inner.to_string().is_ascii() => inner.to_string(),
        (None, None, _) => "读写失败，原因不明".to_owned(),
    };
    Phrase::new(error.to_string(), zh)
}

fn of_kind(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "没有这个文件或文件夹",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已存在",
        ErrorKind::IsADirectory => "这是文件夹，应为文件",
        ErrorKind::NotADirectory => "路径中有一段不是文件夹",
        ErrorKind::DirectoryNotEmpty => "文件夹不是空的",
        ErrorKind::ReadOnlyFilesystem => "磁盘是只读的，不能写入",
        ErrorKind::StorageFull => "磁盘已满",
        ErrorKind::QuotaExceeded => "超出磁盘配额",
        ErrorKind::FileTooLarge => "文件过大",
        ErrorKind::InvalidFilename => "文件名无效或过长",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "正被其他程序占用",
        ErrorKind::CrossesDevices => "不在同一磁盘上",
        ErrorKind::TooManyLinks => "链接过多",
        ErrorKind::InvalidData => "内容不是 UTF-8 文字",
        ErrorKind::UnexpectedEof => "内容提前结束",
        ErrorKind::WriteZero => "写不进去",
        ErrorKind::BrokenPipe => "接收输出的程序已退出",
        ErrorKind::AddrInUse => "地址已被占用",
        ErrorKind::AddrNotAvailable => "本机没有这个地址",
        ErrorKind::ConnectionRefused
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted => "连接被拒绝或中断",
        ErrorKind::NotConnected
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown => "网络不通",
        ErrorKind::StaleNetworkFileHandle => "网络磁盘上的文件已失效",
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "等待超时",
        ErrorKind::Interrupted => "被中断",
        ErrorKind::OutOfMemory => "内存不足",
        ErrorKind::Unsupported => "系统不支持此操作",
        ErrorKind::InvalidInput => "系统不接受这个路径或参数",
        _ => return None,
    })
}

/// Numbers of Unix that have no kind: what a stick says that is pulled out, and a program with too
/// many open files.
#[cfg(unix)]
fn of_number(code: i32) -> Option<&'static str> {
    Some(match code {
        5 => "设备读写出错（系统错误 5），存储设备可能已损坏或拔出",
        6 | 19 => "设备不存在，可能已拔出",
        23 | 24 => "同时打开的文件过多",
        40 => "符号链接循环",
        _ => return None,
    })
}

#[cfg(not(unix))]
fn of_number(_: i32) -> Option<&'static str> {
    None
}
