"""What pypinyin doesn't know: how surnames are read, and which syllables there are.

pypinyin reads 曾 as ceng, 区 as qu, 单 as dan: right in sentences, wrong at the head of a name.
"""

from typing import Final

# Surnames read otherwise than the character usually is, and those that the words around them could bend to another reading
# (任重, 石头). After 现代汉语词典 and 新华字典; the usual reading stays searchable beside it.
SURNAMES: Final = {
    "曾": "zeng", "区": "ou", "朴": "piao", "翟": "zhai", "解": "xie", "仇": "qiu", "单": "shan", "查": "zha",
    "盖": "ge", "华": "hua", "任": "ren", "尉": "wei", "乐": "yue", "覃": "qin", "冼": "xian", "洗": "xian",
    "繁": "po", "员": "yun", "缪": "miao", "隗": "wei", "召": "shao", "葛": "ge", "秘": "bi", "种": "chong",
    "重": "chong", "卜": "bu", "折": "she", "黑": "he", "祭": "zhai", "乜": "nie", "燕": "yan", "应": "ying",
    "郗": "chi", "郇": "xun", "谌": "chen", "车": "che", "薄": "bo", "柏": "bai", "句": "gou", "佴": "nai",
    "阚": "kan", "过": "guo", "能": "nai", "六": "lu", "费": "fei", "宁": "ning", "盛": "sheng", "石": "shi",
    "相": "xiang", "郄": "qie", "都": "du", "长": "zhang", "牟": "mou", "宿": "su", "晟": "cheng", "褚": "chu",
    "行": "xing", "朝": "chao", "冯": "feng", "令": "ling", "万": "wan", "谷": "gu",
}  # fmt: skip

# Surnames of two characters, of which the first or second has several readings.
COMPOUND_SURNAMES: Final = {
    "万俟": ("mo", "qi"), "尉迟": ("yu", "chi"), "单于": ("chan", "yu"), "长孙": ("zhang", "sun"),
    "澹台": ("tan", "tai"), "令狐": ("ling", "hu"), "宰父": ("zai", "fu"), "谷梁": ("gu", "liang"),
    "鲜于": ("xian", "yu"), "亓官": ("qi", "guan"), "乐正": ("yue", "zheng"), "皇甫": ("huang", "fu"),
    "呼延": ("hu", "yan"), "拓跋": ("tuo", "ba"), "赫连": ("he", "lian"), "夹谷": ("jia", "gu"),
}  # fmt: skip

# Every syllable of standard Chinese without tone, ü written v, as input methods do.
SYLLABLES: Final = frozenset(
    """
    a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng cha
    chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu cuan cui
    cun cuo da dai dan dang dao de dei deng di dia dian diao die ding diu dong dou du duan dui dun duo e ei en er fa fan
    fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han
    hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju
    juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei
    leng li lia lian liang liao lie lin ling liu lo long lou lu luan lun luo lv lve ma mai man mang mao me mei men meng mi
    mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou
    nu nuan nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao
    qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru ruan rui run ruo sa sai san sang sao se
    sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou
    su suan sui sun suo ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei
    wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong
    you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou
    zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
    """.split()  # noqa: SIM905 - a list of four hundred quoted words would fill pages
)
# What a syllable can begin with, so that an unfinished one is recognised while it is typed.
SYLLABLE_BEGINNINGS: Final = frozenset(syllable[:end] for syllable in SYLLABLES for end in range(1, len(syllable) + 1))
