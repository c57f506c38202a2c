"""What portals and page breaks did to a document is undone, and every item still knows its place in the source."""

from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.charters.tests.importing.reading_help import SourceWriter, duties, only, read_text, text_source


def test_portal_furniture_is_no_part_of_a_charter() -> None:
    position = only(
        read_text("""时间:2021-03-04 10:20:30下载本文作者:会员上传
前台文员岗位职责
1、收发信件。
下载前台文员岗位职责word格式文档
2、登记来访人员（来自:www.example.com）。
第 3 页 共 9 页
版权声明:本文内容由网友上传,如有侵权请联系删除。
相关范文推荐
行政助理岗位职责
1.起草文件。2.保管印章。3.安排会议......""")
    )
    assert duties(position) == ["收发信件", "登记来访人员"]


def test_an_item_that_a_page_break_tore_apart_is_one_item_with_two_spans() -> None:
    text = "理货员岗位职责\n1、按照陈列图补货，及时更换价签，保持货架和通\n- 3 -\n道整洁。\n2、每天检查保质期。"
    source = text_source(text)
    position = only(read_charters(source))
    torn = position.duties[0]
    assert torn.text == "按照陈列图补货，及时更换价签，保持货架和通道整洁"
    assert len(torn.spans) == 2
    assert torn.original == "".join(source.text[start:end] for start, end in torn.spans)


def test_lines_of_a_column_are_joined() -> None:
    text = "仓库主管岗位职责\n" + "\n".join(
        f"{number}.负责第{number}号库房的收货、发货和盘点工作，并且按照公司\n的规定及时登记各类台账，保证账实相符。"
        for number in range(1, 6)
    )
    assert [len(p.duties) for p in read_text(text).positions] == [5]


def test_running_heads_and_feet_go_where_the_reader_knows_the_pages() -> None:
    writer = SourceWriter("paper.pdf")
    for page, lines in enumerate(
        [["司机岗位职责", "1、检查车况，确保安"], ["全行驶。", "2、按时出车。"], ["3、填写行车日志。"]], start=1
    ):
        writer.line("某某运输公司内部资料", page=page)
        for line in lines:
            writer.line(line, page=page)
        writer.line(f"{page}/3", page=page)
    assert duties(only(read_charters(writer.source()))) == ["检查车况，确保安全行驶", "按时出车", "填写行车日志"]


def test_numbered_chunks_of_a_paging_portal_are_joined() -> None:
    items = "".join(f"{n}、负责第{n}组设备的点检和保养，并且把结果记录在设备台账里面。" for n in range(1, 31))
    whole = "设备员岗位职责" + items
    size = 200
    chunks = [whole[i : i + size] for i in range(0, len(whole), size)]
    text = "\n\n".join(f"{n}、{chunk}" for n, chunk in enumerate(chunks, start=1))
    position = only(read_text(text))
    assert len(position.duties) == 30
    assert all(duty.text.endswith("设备台账里面") for duty in position.duties)


def test_several_items_on_one_line_are_several_items() -> None:
    position = only(read_text("保洁员岗位职责1、清扫大厅。2、擦拭玻璃,每周2次、3次均可。3、整理工具间。"))
    assert duties(position) == ["清扫大厅", "擦拭玻璃,每周2次、3次均可", "整理工具间"]


def test_a_decimal_list_whose_dots_got_lost() -> None:
    draft = read_text(
        "财务部岗位职责1、财务经理1、1负责全面预算1、2审核各类报表13指导下属工作"
        "2 出纳员21登记现金日记账22每日核对库存现金23保管票据3、税务专员31按时报税32保管税务资料"
    )
    assert [(p.title, len(p.duties)) for p in draft.positions] == [("财务经理", 3), ("出纳员", 3), ("税务专员", 2)]


def test_traditional_chinese_with_pinyin_glosses() -> None:
    text = "客戶專(zhuān)員崗位職責\n1、處理客戶投訴(sù)，兩日內(nèi)回覆。\n2、記錄學(xué)習心得。"
    source = text_source(text)
    draft = read_charters(source)
    assert draft.script == "hant"
    position = only(draft)
    assert position.title == "客户专员"
    assert duties(position) == ["处理客户投诉，两日内回复", "记录学习心得"]
    assert "投訴" in position.duties[0].original


def test_a_mark_that_a_filter_left_in_a_word_goes() -> None:
    assert duties(only(read_text("宿管-理员岗位职责\n1、做好宿舍管-理工作。"))) == ["做好宿舍管理工作"]


def test_a_table_of_contents_is_no_list_of_positions() -> None:
    position = only(
        read_text("""目录
采购经理岗位说明书........3
采购员岗位说明书........5
采购员岗位说明书
1、询价。""")
    )
    assert position.title == "采购员"
