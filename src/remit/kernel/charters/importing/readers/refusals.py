"""Why a file is not read: one code and one sentence for each reason, saying what the sender can do."""

from remit.kernel.charters.importing.source import UnreadableDocument

SENTENCES: dict[str, str] = {
    "empty": "文件是空的，没有内容。请检查是否传错了文件。",
    "no_text": "文件里没有读到任何文字。请确认内容不是图片，或把文字另存为 .docx 后再传。",
    "too_large": "文件超过 50 MB，没有读取。请删去图片和附件，或拆成几个文件后再传。",
    "too_long": "文件里的文字太多，不像一份岗位职责。请只保留岗位职责的部分，或拆成几个文件后再传。",
    "too_many_pages": "PDF 超过 300 页，没有读取。请只导出岗位职责所在的页后再传。",
    "zip_bomb": "文件解压后大得不正常，为安全起见没有读取。请用 Word 或 WPS 打开后另存一份再传。",
    "zip_paths": "压缩包里有不合规的文件路径，为安全起见没有读取。请用 Word 或 WPS 打开后另存一份再传。",
    "encrypted": "文件设有密码，无法读取。请取消密码后另存一份再传。",
    "damaged": "文件已损坏或不完整，无法读取。请用原来的程序打开并另存一份再传。",
    "scan": "PDF 里只有扫描图片，没有文字。请先做文字识别（OCR），或上传 Word 原件。",
    "garbled": "PDF 的字体没有附带文字编码，读出来是乱码。请上传 Word 原件，或重新导出 PDF。",
    "image": "这是一张图片，不是文档。请先做文字识别（OCR），或上传 Word 原件。",
    "executable": "这是一个程序文件，不是文档，没有读取。请上传 Word、PDF、Excel、网页或文本文件。",
    "archive": "这是一个压缩包。请解压后把里面的文档逐个上传。",
    "slides": "暂不支持演示文稿。请把内容另存为 Word 或 PDF 后再传。",
    "ofd": "暂不支持 OFD 版式文件。请导出为 PDF 或 Word 后再传。",
    "open_document": "暂不支持 .odt 文档。请另存为 .docx 后再传。",
    "not_text": "这不是文档，也不是文本文件，无法读取。请上传 Word、PDF、Excel、网页或文本文件。",
    "encoding": "文字编码无法按指定的方式读取。请换一种编码，或另存为 UTF-8 后再传。",
    "timeout": "文件读取超时，已停止。请删去无关内容，或拆成几个文件后再传。",
    "too_heavy": "读取这个文件占用的内存过多，已停止。请删去图片和附件，或拆成几个文件后再传。",
}


def refuse(code: str) -> UnreadableDocument:
    """The refusal of that code, to be raised by the caller. An unknown code is a mistake of ours: KeyError."""
    return UnreadableDocument(code, SENTENCES[code])
