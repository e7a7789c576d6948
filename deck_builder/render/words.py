"""A deck's language -> the few words of ours that its page shows. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "previous": "Previous",
        "next": "Next",
        "dark": "Dark or light",
        "close": "Close",
        "slide": "Slide {no} of {total}",
        "step": "step {click} of {clicks}",
        "code": "Code",
        "results": "What the code did",
        "output": "Output",
        "figure": "Figure drawn by line {lines}",
        "figure_anywhere": "Figure drawn by this code",
        "play": "Play",
        "pause": "Pause",
        "frames": "Frames",
        "frame": "Frame {no} of {total}",
        "folded": "{n} more lines",
        "lines": "{n} lines",
        "warned": "{category}: {message}",
        "times": "{n} times",
        "not_run": "Not run: block {cause} ended the session.",
        "fell": "Failed for want of what block {cause} would have made.",
        "written": "written",
        "came": "came",
        "skipped": "Not run: it needs {names}, not installed here.",
        "left_out": "… {n} lines left out …",
        "read": "Read as a page",
        "missing": "Picture not available",
        "bad_formula": "This formula can't be set",
        "footnote": "Footnote {no}",
        "footnotes": "Footnotes",
        "next_slide": "Next slide",
        "previous_slide": "Previous slide",
        "first": "First slide",
        "last": "Last slide",
        "fullscreen": "Full screen",
        "keys": "Keys",
        "space": "Space",
        "notes": "Notes",
        "no_note": "No notes on this slide",
        "copy": "Copy the code",
        "copied": "Code copied",
        "contents": "Contents",
        "diagram": "Diagram",
        "video": "Video",
        "audio": "Sound",
        "page": "Web page",
        "post": "Post",
        "lit_line": "Line {lines}",
        "lit_lines": "Lines {lines}",
        "comma": ", ",
        "ran": "ran {n}×",
        "run_on": "run on slide {no}",
        "pass": "Pass of the loop",
        "pass_before": "Pass before",
        "pass_after": "Pass after",
        "nth": "step {n}",
        "training_step": "step",
        "log_axis": "(log axis)",
        "curve": "Curve of {names}, from {first} to {last}",
        "trained": "Training",
    },
    "zh": {
        "previous": "上一步",
        "next": "下一步",
        "dark": "深色或浅色",
        "close": "关闭",
        "slide": "第 {no} 页，共 {total} 页",
        "step": "第 {click} 步，共 {clicks} 步",
        "code": "代码",
        "results": "代码的结果",
        "output": "输出",
        "figure": "第 {lines} 行画出的图",
        "figure_anywhere": "这段代码画出的图",
        "play": "播放",
        "pause": "暂停",
        "frames": "动画帧",
        "frame": "第 {no} 帧，共 {total} 帧",
        "folded": "另有 {n} 行",
        "lines": "共 {n} 行",
        "warned": "{category}：{message}",
        "times": "{n} 次",
        "not_run": "没有运行：代码块 {cause} 结束了会话。",
        "fell": "缺少代码块 {cause} 本应产生的内容，因此失败。",
        "written": "写的是",
        "came": "得到的是",
        "skipped": "没有运行：需要 {names}，此处未安装。",
        "left_out": "…… 省略 {n} 行 ……",
        "read": "整页阅读",
        "missing": "图片无法取得",
        "bad_formula": "这个公式无法排版",
        "footnote": "脚注 {no}",
        "footnotes": "脚注",
        "next_slide": "下一页",
        "previous_slide": "上一页",
        "first": "第一页",
        "last": "最后一页",
        "fullscreen": "全屏",
        "keys": "按键",
        "space": "空格",
        "notes": "备注",
        "no_note": "这一页没有备注",
        "copy": "复制代码",
        "copied": "已复制代码",
        "contents": "目录",
        "diagram": "示意图",
        "video": "视频",
        "audio": "音频",
        "page": "网页",
        "post": "帖子",
        "lit_line": "第 {lines} 行",
        "lit_lines": "第 {lines} 行",
        "comma": "、",
        "ran": "运行 {n} 次",
        "run_on": "在第 {no} 页运行",
        "pass": "循环的第几遍",
        "pass_before": "上一遍",
        "pass_after": "下一遍",
        "nth": "第 {n} 步",
        "training_step": "步",
        "log_axis": "（对数轴）",
        "curve": "{names} 的曲线，从 {first} 到 {last}",
        "trained": "训练",
    },
}

_HAN = re.compile(r"[一-鿿]")
_ENOUGH = 100_000
"""Characters of a deck that tell its language."""


def language(headmatter: Mapping[str, Any], text: str) -> str:
    """The page's `lang`: what the headmatter says, else Chinese where a twentieth of the letters are, else English."""
    attributes = headmatter.get("htmlAttrs")
    said = (attributes.get("lang") if isinstance(attributes, dict) else None) or headmatter.get("lang")
    if said:
        return str(said)
    beginning = text[:_ENOUGH]
    return "zh-CN" if len(_HAN.findall(beginning)) * 20 > len(re.findall(r"\w", beginning)) else "en"


def words_for(lang: str) -> dict[str, str]:
    """The words for a language tag; English where we do not speak it."""
    return WORDS.get(lang.partition("-")[0].lower(), WORDS["en"])
